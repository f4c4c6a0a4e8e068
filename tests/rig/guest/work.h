/* The work of a test guest: what was asked for and what was done, shared by the agent's threads and its memory process.
 *
 * The agent (agent.c, process 1) writes what is wanted and then calls changed(); workers sleep in wait_for_change()
 * while nothing is wanted of them, so that an idle guest is idle. Workers write what they did. */
#ifndef HOTSPOT_RIG_GUEST_WORK_H
#define HOTSPOT_RIG_GUEST_WORK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { kMaxVcpus = 64, kMiB = 1 << 20 };

struct work {
  atomic_uint generation; /* rises with every change of what is wanted */

  /* wanted */
  _Atomic double cpu_percent[kMaxVcpus];
  atomic_bool online[kMaxVcpus];
  atomic_long hold_mib;
  atomic_long rewrite_mib;
  _Atomic double rewrite_rate; /* MiB/s, as are the next three */
  _Atomic double disk_read_rate;
  _Atomic double disk_write_rate;
  _Atomic double net_rate;
  atomic_bool leave_offline; /* vCPUs that are plugged in are not brought online */

  /* done */
  atomic_ullong cpu_busy_ns[kMaxVcpus];
  atomic_long held_mib;
  atomic_ullong rewritten_bytes;
  atomic_ullong disk_read_bytes;
  atomic_ullong disk_written_bytes;
  atomic_ullong net_sent_bytes;
  atomic_uint memory_deaths; /* times that the memory process was killed, by the kernel for want of memory */
  atomic_uint errors;        /* system calls of workers that failed */
};

extern struct work* work; /* in memory shared with the memory process */

int64_t now_ns(void);
void sleep_until_ns(int64_t t);
void changed(void);
void wait_for_change(unsigned seen);
uint64_t next_random(uint64_t* state);

/* A rate kept over time: due() says how many bytes may be done now; at most a tenth of a second is caught up. */
struct pace {
  int64_t last_ns;
  double owed;
};
double due(struct pace* p, double rate_mib);

void start_thread(void* (*body)(void*), void* argument);
void start_cpu_workers(void);
void start_traffic_workers(const char* sink); /* disk and net */
void memory_process(void);                    /* does not return */

int has_disk(void);

/* Takes WORDS ("cpu 50 hold 20"); writes a sentence into `error` and changes nothing when one is wrong. 0 if taken. */
int take_words(char* words, char* error, size_t size);
/* The guest's own view, as one line of JSON. */
void report(char* out, size_t size);
int online_vcpus(void);

#endif
