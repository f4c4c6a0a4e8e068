// Detects that the wall clock was set: its advance differs from that of the steady clock.
//
// PURE: time is an argument. Thread rule: one thread.
#pragma once

#include <optional>

#include "telemetry/units.h"

namespace hotspot::loop {

class ClockWatch {
 public:
  explicit ClockWatch(Milliseconds tolerance) : tolerance_(tolerance) {}

  // By how much the wall clock was set since the last call, if that is more than the tolerance.
  std::optional<Milliseconds> moved(WallTime wall, Milliseconds steady);

 private:
  struct Reading {
    WallTime wall{};
    Milliseconds steady{0};
  };
  Milliseconds tolerance_;
  std::optional<Reading> last_;
};

}  // namespace hotspot::loop
