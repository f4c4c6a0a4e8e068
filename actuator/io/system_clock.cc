#include "actuator/io/system_clock.h"

#include <chrono>

namespace hotspot::io {

WallTime SystemClock::now() const {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

Milliseconds SystemClock::steady() const {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::nanoseconds SystemClock::exact() const { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace hotspot::io
