// The memory of this process, kept near what is in use: glibc keeps what a burst has needed in the arena of each
// thread, for as long as anything near its end is in use.
//
// No-ops with another C library. Thread rule: any thread; keep_heap_small() before others are begun.
#pragma once

namespace hotspot::daemon {

// Few arenas, and large blocks of their own that go back at once.
void keep_heap_small();
// Gives back the pages that nothing is in; takes some milliseconds.
void give_back_heap();

}  // namespace hotspot::daemon
