// Waiting for a condition, with a limit.
#pragma once

#include <chrono>
#include <thread>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

template <typename Condition>
bool wait_until(const Session& session, Milliseconds limit, Condition condition) {
  const Milliseconds end = session.steady() + limit;
  while (!condition()) {
    if (session.steady() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace hotspot::ctl
