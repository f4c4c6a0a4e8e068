// The machine's clocks.
#pragma once

#include "actuator/ports/clock.h"

namespace hotspot::io {

class SystemClock : public ports::Clock {
 public:
  WallTime now() const override;
  Milliseconds steady() const override;
  std::chrono::nanoseconds exact() const override;
};

}  // namespace hotspot::io
