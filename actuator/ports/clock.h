// The one way to ask what time it is.
#pragma once

#include "telemetry/units.h"

namespace hotspot::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;         // for what is stored or compared across machines
  virtual Milliseconds steady() const = 0;  // since some moment; never jumps
  // The same as exactly as the machine can tell it, to measure with.
  virtual std::chrono::nanoseconds exact() const { return steady(); }
};

}  // namespace hotspot::ports
