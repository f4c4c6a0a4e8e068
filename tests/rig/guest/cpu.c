/* CPU load: one thread a vCPU, busy for its part of every slot of wall time and asleep for the rest. The slots lie on
 * a fixed grid, so that waking up late does not add up; what was missed is not made up for. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "work.h"

enum { kSlotNs = 20000000 };

/* Of one worker. The vectors are of linear algebra, and as large as a cache is not. */
struct mind {
  uint64_t integer;
  double real;
  double *x, *y;
  size_t place;
};
enum { kElements = 1 << 20, kStride = 4096 };

static void compute_a_little(struct mind *m) {
  switch (work->compute) {
    case kFloat:
      for (int i = 0; i < 300; ++i) m->real = m->real * 0.999999 + 1.0 / (m->real + 2.0);
      break;
    case kLinear: /* y = a x + y, which is what solving linear equations comes down to */
      if (m->x == NULL) {
        m->x = malloc(kElements * sizeof *m->x);
        m->y = malloc(kElements * sizeof *m->y);
        if (m->x == NULL || m->y == NULL) _exit(1);
        for (size_t i = 0; i < kElements; ++i) m->x[i] = m->y[i] = (double)next_random(&m->integer);
      }
      for (size_t i = m->place; i < m->place + kStride; ++i) m->y[i] += 0.5 * m->x[i];
      m->place = (m->place + kStride) % kElements;
      break;
    default:
      for (int i = 0; i < 1000; ++i) next_random(&m->integer);
  }
}

static void one_slot(struct mind *mind, int n, double percent, int64_t *next) {
  const int64_t start = now_ns();
  if (start > *next + kSlotNs) *next = start;
  const int64_t end = *next + (int64_t)(kSlotNs * percent / 100);
  while (now_ns() < end) compute_a_little(mind);
  const int64_t stop = now_ns();
  if (stop > start) atomic_fetch_add(&work->cpu_busy_ns[n], (unsigned long long)(stop - start));
  *next += kSlotNs;
  if (percent < 100) sleep_until_ns(*next);
}

static void *cpu_worker(void *argument) {
  const int n = (int)(intptr_t)argument;
  struct mind mind = {.integer = (uint64_t)now_ns() | 1, .real = 1.5};
  prctl(PR_SET_TIMERSLACK, 1L);
  setpriority(PRIO_PROCESS, (id_t)gettid(), 0); /* below the agent, which must answer at 100 % too */
  for (;;) {
    const unsigned seen = work->generation;
    const double percent = work->cpu_percent[n];
    if (!work->online[n] || percent <= 0) {
      wait_for_change(seen);
      continue;
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(n, &set);
    sched_setaffinity(0, sizeof set, &set); /* again after a vCPU went and came back */
    for (int64_t next = now_ns(); work->generation == seen;) one_slot(&mind, n, percent, &next);
  }
  return NULL;
}

void start_cpu_workers(void) {
  for (intptr_t n = 0; n < kMaxVcpus; ++n) start_thread(cpu_worker, (void *)n);
}
