/* What the guest itself sees, for comparing with what the host's collectors say. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work.h"

struct counters { /* what rates are made of; the report before is kept */
  int64_t at_ns;
  unsigned long long busy_ticks, all_ticks, rewritten, disk_read, disk_written, sent, cpu_busy_ns[kMaxVcpus];
};

static char text[16384]; /* a /proc file */

static const char *read_file(const char *path) {
  FILE *f = fopen(path, "re");
  size_t n = f == NULL ? 0 : fread(text, 1, sizeof text - 1, f);
  text[n] = '\0';
  if (f != NULL) fclose(f);
  return text;
}

/* The number after `key` at the start of a line of what was read last. */
static unsigned long long value(const char *key) {
  const size_t n = strlen(key);
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    if (*line == '\n') ++line;
    if (strncmp(line, key, n) == 0 && (line[n] == ':' || line[n] == ' ')) return strtoull(line + n + 1, NULL, 10);
  }
  return 0;
}

int online_vcpus(void) {
  int count = 0;
  read_file("/sys/devices/system/cpu/online");
  for (char *p = text; *p >= '0' && *p <= '9';) {
    long first = strtol(p, &p, 10), last = first;
    if (*p == '-') last = strtol(p + 1, &p, 10);
    count += (int)(last - first + 1);
    if (*p == ',') ++p;
  }
  return count;
}

static struct counters count_now(unsigned long long ticks[8]) {
  struct counters c = {.at_ns = now_ns(),
                       .rewritten = work->rewritten_bytes,
                       .disk_read = work->disk_read_bytes,
                       .disk_written = work->disk_written_bytes,
                       .sent = work->net_sent_bytes};
  for (int n = 0; n < kMaxVcpus; ++n) c.cpu_busy_ns[n] = work->cpu_busy_ns[n];
  read_file("/proc/stat");
  sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1], &ticks[2], &ticks[3], &ticks[4],
         &ticks[5], &ticks[6], &ticks[7]);
  for (int i = 0; i < 8; ++i) c.all_ticks += ticks[i];
  c.busy_ticks = c.all_ticks - ticks[3] - ticks[4];
  return c;
}

static char *at, *end;
__attribute__((format(printf, 1, 2))) static void add(const char *format, ...) {
  va_list a;
  va_start(a, format);
  int n = vsnprintf(at, (size_t)(end - at), format, a);
  va_end(a);
  at = n < 0 || n >= end - at ? end - 1 : at + n;
}

static void add_work(const struct counters *now, const struct counters *before, int vcpus) {
  const double s = (double)(now->at_ns - before->at_ns) / 1e9;
  const double mib = s * kMiB;
  add("\"work\":{\"cpu_percent\":[");
  for (int n = 0; n < vcpus; ++n) add("%s%g", n ? "," : "", (double)work->cpu_percent[n]);
  add("],\"cpu_busy_ratio\":[");
  for (int n = 0; n < vcpus; ++n)
    add("%s%.4f", n ? "," : "", (double)(now->cpu_busy_ns[n] - before->cpu_busy_ns[n]) / (s * 1e9));
  add("],\"hold_mib\":%ld,\"held_mib\":%ld,\"rewrite_mib\":%ld", work->hold_mib, work->held_mib, work->rewrite_mib);
  add(",\"rewrite_mib_per_s\":%.3f", (double)(now->rewritten - before->rewritten) / mib);
  add(",\"disk_read_mib_per_s\":%.3f", (double)(now->disk_read - before->disk_read) / mib);
  add(",\"disk_write_mib_per_s\":%.3f", (double)(now->disk_written - before->disk_written) / mib);
  add(",\"net_tx_mib_per_s\":%.3f", (double)(now->sent - before->sent) / mib);
  add(",\"rewritten_bytes\":%llu,\"disk_read_bytes\":%llu", now->rewritten, now->disk_read);
  add(",\"disk_written_bytes\":%llu,\"net_sent_bytes\":%llu", now->disk_written, now->sent);
  add(",\"memory_deaths\":%u,\"errors\":%u}", work->memory_deaths, work->errors);
}

void report(char *out, size_t size) {
  static struct counters before;
  unsigned long long ticks[8] = {0};
  const struct counters now = count_now(ticks);
  const int vcpus = online_vcpus();
  at = out;
  end = out + size;
  add("{\"uptime_seconds\":%.3f,\"since_seconds\":%.3f", (double)now.at_ns / 1e9, (double)(now.at_ns - before.at_ns) / 1e9);
  add(",\"vcpus_online\":%d", vcpus);
  const unsigned long long all = now.all_ticks - before.all_ticks;
  add(",\"cpu_busy_ratio\":%.4f", all == 0 ? 0.0 : (double)(now.busy_ticks - before.busy_ticks) / (double)all);
  add(",\"cpu_ticks\":{\"user\":%llu,\"nice\":%llu,\"system\":%llu,\"idle\":%llu,", ticks[0], ticks[1], ticks[2], ticks[3]);
  add("\"iowait\":%llu,\"irq\":%llu,\"softirq\":%llu,\"steal\":%llu}", ticks[4], ticks[5], ticks[6], ticks[7]);
  read_file("/proc/meminfo");
  add(",\"memory_kib\":{\"total\":%llu,\"free\":%llu,", value("MemTotal"), value("MemFree"));
  add("\"available\":%llu,\"cached\":%llu},", value("MemAvailable"), value("Cached"));
  add("\"swap_kib\":{\"total\":%llu,\"free\":%llu}", value("SwapTotal"), value("SwapFree"));
  read_file("/proc/vmstat");
  add(",\"pgfault\":%llu,\"pgmajfault\":%llu,\"oom_kill\":%llu", value("pgfault"), value("pgmajfault"), value("oom_kill"));
  add(",\"pswpin\":%llu,\"pswpout\":%llu,", value("pswpin"), value("pswpout"));
  add_work(&now, &before, vcpus);
  add("}");
  before = now;
}
