#include "actuator/daemon/heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace hotspot::daemon {

void keep_heap_small() {
#ifdef __GLIBC__
  constexpr int kArenas = 4, kLargeBytes = 256 * 1024;
  mallopt(M_ARENA_MAX, kArenas);
  // If they are set, glibc does not raise them when a large block is freed.
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  mallopt(M_TRIM_THRESHOLD, kLargeBytes);
#endif
}

void give_back_heap() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace hotspot::daemon
