// The time of a simulation: it stands still until it is moved.
//
// Thread rule: one thread.
#pragma once

#include "actuator/ports/clock.h"

namespace hotspot::simulation {

class SimulatedClock : public ports::Clock {
 public:
  explicit SimulatedClock(WallTime begins) : begins_(begins) {}

  WallTime now() const override { return begins_ + passed_; }
  Milliseconds steady() const override { return kSteadyStart + passed_; }
  Milliseconds passed() const { return passed_; }
  // Never back.
  void move_to(Milliseconds passed) { passed_ = passed > passed_ ? passed : passed_; }
  // What has been passed when steady() says this.
  static Milliseconds passed_at(Milliseconds steady) { return steady - kSteadyStart; }

 private:
  static constexpr Milliseconds kSteadyStart{1'000'000};
  WallTime begins_;
  Milliseconds passed_{0};
};

}  // namespace hotspot::simulation
