// How often something is done whose cost grows with the cluster: at an interval, and more seldom where it takes long,
// so that it takes at most a fiftieth of the time.
//
// A value. Thread rule: none of its own.
#pragma once

#include <algorithm>
#include <chrono>

#include "telemetry/units.h"

namespace hotspot::loop {

class Pace {
 public:
  using Time = std::chrono::nanoseconds;  // ports::Clock::exact()
  static constexpr int kShare = 50;
  static constexpr Milliseconds kLongest{5'000};  // hotspotctl takes a leader for gone after 15 s

  explicit Pace(Milliseconds interval) : interval_(interval) {}

  bool is_due(Time now) const { return now >= next_; }
  void begin(Time now) {
    began_ = now;
    next_ = now + interval_;
  }
  // What was begun has taken until now.
  void end(Time now) {
    const Time rest = std::clamp<Time>((now - began_) * kShare, interval_, std::max<Time>(interval_, kLongest));
    next_ = began_ + rest;
  }

 private:
  Time interval_, began_{0}, next_{0};
};

}  // namespace hotspot::loop
