/* The words that change a guest's work. All are checked before any is taken. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work.h"

struct wish { /* a copy of what is wanted, changed by words */
  double cpu[kMaxVcpus];
  double hold, rewrite, rewrite_rate, disk_read, disk_write, net;
  int stubborn, balloon; /* leaves vCPUs offline; balloon: -1 as it is, 0 without its driver, 1 with it */
};

static char *place;

static int number(const char *of, double most, double *out, char *error, size_t size) {
  char *word = strtok_r(NULL, " ", &place), *end = NULL;
  if (word != NULL) *out = strtod(word, &end);
  if (word == NULL || end == word || *end != '\0' || !(*out >= 0) || *out > most) {
    snprintf(error, size, "'%s' takes a number from 0 to %.0f, not '%s'", of, most, word == NULL ? "nothing" : word);
    return -1;
  }
  return 0;
}

static int take_cpu(const char *word, struct wish *w, char *error, size_t size) {
  double percent = 0;
  int only = -1;
  char rest = '\0';
  if (word[3] == ':' && (sscanf(word, "cpu:%d%c", &only, &rest) != 1 || only < 0 || only >= kMaxVcpus)) {
    snprintf(error, size, "'%s' names no vCPU; 'cpu:0' is the first", word);
    return -1;
  }
  if (number(word, 100, &percent, error, size) != 0) return -1;
  for (int n = 0; n < kMaxVcpus; ++n)
    if (only < 0 || only == n) w->cpu[n] = percent;
  return 0;
}

static int take_word(const char *word, struct wish *w, char *error, size_t size) {
  const double mib = 65536, rate = 100000;
  if (strcmp(word, "idle") == 0) {
    memset(w, 0, sizeof *w);
    w->balloon = -1;
    return 0;
  }
  if (strncmp(word, "cpu", 3) == 0 && (word[3] == '\0' || word[3] == ':')) return take_cpu(word, w, error, size);
  if (strcmp(word, "vcpus-offline") == 0) {
    w->stubborn = 1;
    return 0;
  }
  if (strcmp(word, "balloon-off") == 0 || strcmp(word, "balloon-on") == 0) {
    w->balloon = strcmp(word, "balloon-on") == 0;
    return 0;
  }
  if (strcmp(word, "hold") == 0) return number(word, mib, &w->hold, error, size);
  if (strcmp(word, "rewrite") == 0)
    return number(word, mib, &w->rewrite, error, size) || number(word, rate, &w->rewrite_rate, error, size);
  if (strcmp(word, "disk") == 0) {
    if (number(word, rate, &w->disk_read, error, size) || number(word, rate, &w->disk_write, error, size)) return -1;
    if (w->disk_read + w->disk_write == 0 || has_disk()) return 0;
    snprintf(error, size, "this guest has no disk; start it with --disk MIB");
    return -1;
  }
  if (strcmp(word, "net") == 0) {
    if (number(word, rate, &w->net, error, size)) return -1;
    if (w->net == 0 || access("/sys/class/net/eth0", F_OK) == 0) return 0;
    snprintf(error, size, "this guest has no network; start it with --net");
    return -1;
  }
  snprintf(error, size, "'%s' is no work; known: cpu cpu:N hold rewrite disk net idle vcpus-offline balloon-off balloon-on", word);
  return -1;
}

/* A guest without its driver gives no memory back and takes none. */
static int drive_balloon(int on) {
  static char device[64];
  char path[128];
  if (device[0] == '\0') {
    DIR *all = opendir("/sys/bus/virtio/drivers/virtio_balloon");
    for (struct dirent *one; all != NULL && (one = readdir(all)) != NULL;)
      if (strncmp(one->d_name, "virtio", 6) == 0) snprintf(device, sizeof device, "%.60s", one->d_name);
    if (all != NULL) closedir(all);
  }
  snprintf(path, sizeof path, "/sys/bus/virtio/drivers/virtio_balloon/%s", on ? "bind" : "unbind");
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  ssize_t done = fd < 0 ? -1 : write(fd, device, strlen(device));
  if (fd >= 0) close(fd);
  return done > 0 ? 0 : -1;
}

int take_words(char *words, char *error, size_t size) {
  struct wish w = {.hold = (double)work->hold_mib,
                   .rewrite = (double)work->rewrite_mib,
                   .rewrite_rate = work->rewrite_rate,
                   .disk_read = work->disk_read_rate,
                   .disk_write = work->disk_write_rate,
                   .net = work->net_rate,
                   .stubborn = work->leave_offline,
                   .balloon = -1};
  for (int n = 0; n < kMaxVcpus; ++n) w.cpu[n] = work->cpu_percent[n];
  for (char *word = strtok_r(words, " ", &place); word != NULL; word = strtok_r(NULL, " ", &place))
    if (take_word(word, &w, error, size) != 0) return -1;
  for (int n = 0; n < kMaxVcpus; ++n) work->cpu_percent[n] = w.cpu[n];
  if (w.balloon >= 0 && drive_balloon(w.balloon) != 0) {
    snprintf(error, size, "the balloon's driver cannot be %s", w.balloon ? "bound" : "unbound");
    return -1;
  }
  work->leave_offline = w.stubborn;
  work->hold_mib = (long)w.hold;
  work->rewrite_mib = (long)w.rewrite;
  work->rewrite_rate = w.rewrite_rate;
  work->disk_read_rate = w.disk_read;
  work->disk_write_rate = w.disk_write;
  work->net_rate = w.net;
  return 0;
}
