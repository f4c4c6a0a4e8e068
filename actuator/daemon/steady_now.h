// The time of the steady clock, for threads that wait.
#pragma once

#include <chrono>

#include "telemetry/units.h"

namespace hotspot::daemon {

inline Milliseconds steady_now() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace hotspot::daemon
