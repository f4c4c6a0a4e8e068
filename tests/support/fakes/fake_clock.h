// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "actuator/ports/clock.h"

namespace hotspot::fakes {

class FakeClock : public ports::Clock {
 public:
  explicit FakeClock(WallTime now = from_unix_ms(1'700'000'000'000)) : now_ms_(to_unix_ms(now)) {}

  WallTime now() const override { return from_unix_ms(now_ms_); }
  Milliseconds steady() const override { return Milliseconds(steady_ms_); }

  void advance(Milliseconds by) {
    now_ms_ += by.count();
    steady_ms_ += by.count();
  }
  // The wall clock only, as when somebody sets it.
  void set_wall(WallTime now) { now_ms_ = to_unix_ms(now); }

 private:
  std::atomic<std::int64_t> now_ms_;
  std::atomic<std::int64_t> steady_ms_{1'000'000};
};

}  // namespace hotspot::fakes
