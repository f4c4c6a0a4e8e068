// The only source of the current time.
#pragma once

#include "telemetry/units.h"

namespace hotspot::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;         // for what is stored or compared across machines
  virtual Milliseconds steady() const = 0;  // since an arbitrary moment; never jumps
  // The same with the full resolution of the machine, for measurements.
  virtual std::chrono::nanoseconds exact() const { return steady(); }
};

}  // namespace hotspot::ports
