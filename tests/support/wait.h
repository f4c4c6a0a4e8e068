// Waiting in tests: for a condition, with a limit. The one place in the tests where time passes for real.
#pragma once

#include <chrono>
#include <thread>

namespace hotspot::testing {

// True as soon as the condition is; false when the limit is over.
template <typename Condition>
bool wait_for(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace hotspot::testing
