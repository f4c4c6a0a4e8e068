/* CPU load: one thread a vCPU, busy for its part of every slot of wall time and asleep for the rest. The slots lie on
 * a fixed grid, so that waking up late does not add up; what was missed is not made up for. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "work.h"

enum { kSlotNs = 20000000 };

static void one_slot(int n, double percent, int64_t *next) {
  const int64_t start = now_ns();
  if (start > *next + kSlotNs) *next = start;
  const int64_t end = *next + (int64_t)(kSlotNs * percent / 100);
  volatile uint64_t sink = (uint64_t)start | 1;
  uint64_t x = sink;
  while (now_ns() < end) {
    for (int i = 0; i < 1000; ++i) next_random(&x);
    sink = x;
  }
  const int64_t stop = now_ns();
  if (stop > start) atomic_fetch_add(&work->cpu_busy_ns[n], (unsigned long long)(stop - start));
  *next += kSlotNs;
  if (percent < 100) sleep_until_ns(*next);
}

static void *cpu_worker(void *argument) {
  const int n = (int)(intptr_t)argument;
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
    for (int64_t next = now_ns(); work->generation == seen;) one_slot(n, percent, &next);
  }
  return NULL;
}

void start_cpu_workers(void) {
  for (intptr_t n = 0; n < kMaxVcpus; ++n) start_thread(cpu_worker, (void *)n);
}
