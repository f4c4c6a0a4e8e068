// Waiting for a condition, with a limit.
#pragma once

#include <chrono>
#include <thread>

#include "actuator/client/connection.h"

namespace hotspot::client {

template <typename Condition>
bool wait_until(const Connection& connection, Milliseconds limit, Condition condition) {
  const Milliseconds end = connection.steady() + limit;
  while (!condition()) {
    if (connection.steady() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace hotspot::client
