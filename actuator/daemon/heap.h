// Keeps the memory of the process near what it uses: glibc does not return memory that a burst needed in an arena of a
// thread while anything near its end is in use.
//
// No-ops with another C library. Thread rule: any thread; keep_heap_small() before other threads start.
#pragma once

namespace hotspot::daemon {

// Limits the number of arenas; large blocks are mapped by themselves and returned at once.
void keep_heap_small();
// Returns unused pages to the system; takes some milliseconds.
void give_back_heap();

}  // namespace hotspot::daemon
