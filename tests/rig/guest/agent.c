/* Process 1 of a test guest. Listens on the second serial port (host: a unix socket) for lines "#SEQ work WORDS",
 * "#SEQ ask" and "#SEQ ping"; answers "#SEQ ok", "#SEQ error SENTENCE" or "#SEQ {JSON}". Once a second it brings vCPUs
 * online that were plugged in, and writes a line with the uptime on the console. A serial port and not virtio-serial,
 * because it has no notion of being connected: nothing happens to it when the host's end comes, goes or migrates. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "work.h"

struct work *work;
static pid_t memory_pid = -1;
static char request[1024], answer[8192];
static size_t request_length;

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void sleep_until_ns(int64_t t) {
  struct timespec s = {t / 1000000000LL, t % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &s, NULL) == EINTR) {
  }
}

void changed(void) {
  atomic_fetch_add(&work->generation, 1);
  syscall(SYS_futex, &work->generation, FUTEX_WAKE, 1 << 30, NULL, NULL, 0);
}

void wait_for_change(unsigned seen) { syscall(SYS_futex, &work->generation, FUTEX_WAIT, seen, NULL, NULL, 0); }

uint64_t next_random(uint64_t *state) { /* xorshift64: cheap, and nothing compresses it */
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

double due(struct pace *p, double rate_mib) {
  const int64_t now = now_ns();
  const double limit = rate_mib * kMiB / 10;
  if (p->last_ns != 0) p->owed += rate_mib * kMiB * (double)(now - p->last_ns) / 1e9;
  p->last_ns = now;
  if (p->owed > limit && p->owed > 1 << 17) p->owed = limit > 1 << 17 ? limit : 1 << 17;
  return p->owed;
}

void start_thread(void *(*body)(void *), void *argument) {
  pthread_attr_t a;
  pthread_t t;
  pthread_attr_init(&a);
  pthread_attr_setstacksize(&a, 64 << 10);
  pthread_create(&t, &a, body, argument);
}

/* Brings plugged-in vCPUs online and tells the workers which there are. */
static void look_at_vcpus(void) {
  int difference = 0;
  for (int n = 0; n < kMaxVcpus; ++n) {
    char path[64], state = '1';
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", n);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) { /* the first vCPU has no such file */
      state = n == 0 ? '1' : '0';
    } else {
      if (read(fd, &state, 1) == 1 && state == '0' && !work->leave_offline && pwrite(fd, "1", 1, 0) == 1) state = '1';
      close(fd);
    }
    if (work->online[n] != (state == '1')) {
      work->online[n] = state == '1';
      difference = 1;
    }
  }
  if (difference) changed();
}

/* Memory is held by a process of its own, so that the kernel has something to kill that is not process 1. */
static void look_after_memory(int wanted) {
  int status;
  if (memory_pid > 0 && waitpid(memory_pid, &status, WNOHANG) == memory_pid) {
    memory_pid = -1;
    atomic_fetch_add(&work->memory_deaths, 1);
    work->hold_mib = work->rewrite_mib = work->held_mib = 0;
  }
  if (memory_pid > 0 || !wanted) return;
  memory_pid = fork();
  if (memory_pid == 0) memory_process();
}

static int read_line(const char *path, char *out, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
  if (fd >= 0) close(fd);
  out[n < 0 ? 0 : n] = '\0';
  return n > 0 ? 0 : -1;
}

static void tick(int console) {
  char line[128], present[64], are_online[64];
  static char were_online[64];
  read_line("/sys/devices/system/cpu/present", present, sizeof present);
  read_line("/sys/devices/system/cpu/online", are_online, sizeof are_online);
  if (strcmp(present, are_online) != 0 || strcmp(were_online, are_online) != 0) look_at_vcpus();
  strcpy(were_online, are_online);
  look_after_memory(0);
  const double up = (double)now_ns() / 1e9;
  int n = snprintf(line, sizeof line, "alive up=%.3f vcpus=%d held_mib=%ld\r\n", up, online_vcpus(), work->held_mib);
  if (write(console, line, (size_t)n) < 0) atomic_fetch_add(&work->errors, 1);
}

/* Waits up to `limit_ns` for the memory process to hold what was asked for. */
static int memory_settled(int64_t limit_ns) {
  const int64_t end = now_ns() + limit_ns;
  const unsigned deaths = work->memory_deaths;
  while (work->held_mib != work->hold_mib && now_ns() < end) {
    sleep_until_ns(now_ns() + 5000000);
    look_after_memory(0);
    if (work->memory_deaths != deaths) return -1;
  }
  return work->held_mib == work->hold_mib ? 0 : -2;
}

static void answer_words(char *words, char *out, size_t size) {
  char error[160];
  if (take_words(words, error, sizeof error) != 0) {
    snprintf(out, size, "error %s", error);
    return;
  }
  look_after_memory(work->hold_mib > 0 || work->rewrite_mib > 0);
  changed();
  const int settled = memory_settled(8000000000LL);
  if (settled == -1)
    snprintf(out, size, "error the guest has not that much memory: its kernel killed the process that holds it");
  else if (settled == -2)
    snprintf(out, size, "error the guest holds %ld MiB so far", work->held_mib);
  else
    snprintf(out, size, "ok");
}

static void handle(char *line, int port) {
  char *rest = strchr(line, ' ');
  if (line[0] != '#' || rest == NULL) return;
  *rest++ = '\0';
  size_t n = (size_t)snprintf(answer, sizeof answer, "%s ", line);
  if (strncmp(rest, "work ", 5) == 0)
    answer_words(rest + 5, answer + n, sizeof answer - n - 1);
  else if (strcmp(rest, "ask") == 0)
    report(answer + n, sizeof answer - n - 1);
  else
    snprintf(answer + n, sizeof answer - n - 1, strcmp(rest, "ping") == 0 ? "ok" : "again");
  n = strlen(answer);
  answer[n++] = '\n';
  for (size_t done = 0; done < n;) {
    ssize_t w = write(port, answer + done, n - done);
    if (w <= 0) return;
    done += (size_t)w;
  }
}

static void listen_to(int port) {
  char bytes[256];
  ssize_t n = read(port, bytes, sizeof bytes);
  for (ssize_t i = 0; i < n; ++i) {
    if (bytes[i] == '\n') {
      request[request_length] = '\0';
      request_length = 0;
      handle(request, port);
    } else if (request_length < sizeof request - 1) {
      request[request_length++] = bytes[i];
    }
  }
}

static int open_port(const char *path) {
  struct termios t;
  int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || tcgetattr(fd, &t) != 0) return fd;
  cfmakeraw(&t);
  cfsetspeed(&t, B115200);
  t.c_cflag |= CLOCAL | CREAD;
  tcsetattr(fd, TCSAFLUSH, &t);
  return fd;
}

int main(int argc, char **argv) {
  work = mmap(NULL, sizeof *work, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  prctl(PR_SET_TIMERSLACK, 1L);
  setpriority(PRIO_PROCESS, 0, -10);
  int console = open("/dev/ttyS0", O_WRONLY | O_NOCTTY | O_CLOEXEC);
  int port = open_port("/dev/ttyS1");
  look_at_vcpus();
  start_cpu_workers();
  start_traffic_workers(argc > 1 ? argv[1] : "");
  int64_t next = now_ns();
  for (;;) {
    struct pollfd p = {port, POLLIN, 0};
    int64_t left = next - now_ns();
    if (left <= 0) {
      tick(console);
      next += 1000000000LL;
      if (next < now_ns()) next = now_ns() + 1000000000LL; /* do not make up for seconds that were lost */
      continue;
    }
    if (poll(&p, 1, (int)(left / 1000000) + 1) > 0) listen_to(port);
  }
}
