/* Memory work, in a process of its own: holding (filled once with random bytes) and rewriting a working set with
 * changing bytes at a rate, as whole pages that nothing compresses and no two of which are equal. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "work.h"

enum { kPage = 4096, kMaxChunks = 1 << 16 };

static uint64_t state = 88172645463325252ULL;

static void fill(char *at, size_t bytes) {
  uint64_t *p = (uint64_t *)at;
  for (size_t i = 0; i < bytes / sizeof *p; ++i) p[i] = next_random(&state);
}

/* Chunks of 1 MiB, each mapped for itself, so that memory that is let go really leaves the process. */
struct set {
  char *chunk[kMaxChunks];
  long count;
};

static int step_towards(struct set *s, long wanted) { /* one chunk; 0 when there */
  if (s->count > wanted) {
    munmap(s->chunk[--s->count], kMiB);
    return 1;
  }
  if (s->count == wanted || s->count == kMaxChunks) return 0;
  char *p = mmap(NULL, kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) {
    atomic_fetch_add(&work->errors, 1);
    return 0;
  }
  fill(p, kMiB);
  s->chunk[s->count++] = p;
  return 1;
}

static void rewrite(struct set *s, struct pace *pace, long *page) {
  const long pages = s->count * (kMiB / kPage);
  for (double bytes = due(pace, work->rewrite_rate); bytes >= kPage; bytes -= kPage) {
    *page = (*page + 1) % pages;
    fill(s->chunk[*page / (kMiB / kPage)] + *page % (kMiB / kPage) * kPage, kPage);
    pace->owed -= kPage;
    atomic_fetch_add(&work->rewritten_bytes, kPage);
  }
}

void memory_process(void) {
  static struct set held, written;
  struct pace pace = {0, 0};
  long page = 0;
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0 && write(fd, "1000", 4) == 4) close(fd);
  setpriority(PRIO_PROCESS, 0, 0);
  state ^= (uint64_t)now_ns();
  for (;;) {
    const unsigned seen = work->generation;
    const int busy = step_towards(&held, work->hold_mib) | step_towards(&written, work->rewrite_mib);
    work->held_mib = held.count;
    if (written.count > 0 && work->rewrite_rate > 0) {
      rewrite(&written, &pace, &page);
      if (!busy) sleep_until_ns(now_ns() + 10000000);
    } else {
      pace = (struct pace){0, 0};
      if (!busy) wait_for_change(seen);
    }
  }
}
