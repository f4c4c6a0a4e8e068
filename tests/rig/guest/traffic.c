/* Disk and network traffic at a rate. The disk is read and written past the guest's page cache; datagrams go to the
 * discard port of the sink, which nobody reads. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "work.h"

enum { kBlock = 64 << 10, kDatagram = 1400, kTickNs = 10000000 };

static const char *disk = "/dev/vda";
static const char *sink_address;

int has_disk(void) { return access(disk, R_OK | W_OK) == 0; }

static void disk_work(_Atomic double *rate, atomic_ullong *done, int writes) {
  static const int flags = O_DIRECT | O_CLOEXEC;
  struct pace pace = {0, 0};
  uint64_t seed = 0x9e3779b97f4a7c15ULL + (uint64_t)writes, size = 0, at = 0;
  char *buffer = aligned_alloc(4096, kBlock);
  memset(buffer, 0, kBlock);
  int fd = -1;
  for (;;) {
    const unsigned seen = work->generation;
    if (*rate <= 0) {
      pace = (struct pace){0, 0};
      wait_for_change(seen);
      continue;
    }
    if (fd < 0) {
      fd = open(disk, (writes ? O_WRONLY : O_RDONLY) | flags);
      if (fd >= 0) ioctl(fd, BLKGETSIZE64, &size);
    }
    for (double bytes = due(&pace, *rate); bytes >= kBlock && size >= kBlock; bytes -= kBlock) {
      for (size_t i = 0; writes && i < kBlock / 8; i += 64) ((uint64_t *)buffer)[i] = next_random(&seed);
      ssize_t n = writes ? pwrite(fd, buffer, kBlock, (off_t)at) : pread(fd, buffer, kBlock, (off_t)at);
      if (n != kBlock) atomic_fetch_add(&work->errors, 1);
      if (n > 0) atomic_fetch_add(done, (unsigned long long)n);
      at = at + 2 * kBlock <= size ? at + kBlock : 0;
      pace.owed -= kBlock;
    }
    sleep_until_ns(now_ns() + kTickNs);
  }
}

static void *disk_reader(void *unused) {
  (void)unused;
  disk_work(&work->disk_read_rate, &work->disk_read_bytes, 0);
  return NULL;
}
static void *disk_writer(void *unused) {
  (void)unused;
  disk_work(&work->disk_write_rate, &work->disk_written_bytes, 1);
  return NULL;
}

static void *net_sender(void *unused) {
  (void)unused;
  static char datagram[kDatagram];
  struct pace pace = {0, 0};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
  inet_pton(AF_INET, sink_address, &to.sin_addr);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (;;) {
    const unsigned seen = work->generation;
    if (work->net_rate <= 0) {
      pace = (struct pace){0, 0};
      wait_for_change(seen);
      continue;
    }
    for (double bytes = due(&pace, work->net_rate); bytes >= kDatagram; bytes -= kDatagram) {
      ssize_t n = sendto(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&to, sizeof to);
      if (n < 0) atomic_fetch_add(&work->errors, 1);
      if (n > 0) atomic_fetch_add(&work->net_sent_bytes, (unsigned long long)n);
      pace.owed -= kDatagram;
    }
    sleep_until_ns(now_ns() + kTickNs);
  }
  return NULL;
}

void start_traffic_workers(const char *sink) {
  sink_address = sink;
  start_thread(disk_reader, NULL);
  start_thread(disk_writer, NULL);
  start_thread(net_sender, NULL);
}
