// How long the loop rests after a round, so that it uses at most a sixteenth of a core, however many nodes send.
//
// It may save up a second's worth, so that rounds that are cheap are never delayed. The algorithm is the virtual
// scheduling of ITU-T I.371 (generic cell rate). A value. Thread rule: none of its own.
#pragma once

#include <algorithm>
#include <chrono>

namespace hotspot::daemon {

class RoundBudget {
 public:
  using Time = std::chrono::nanoseconds;
  static constexpr int kShare = 16;
  static constexpr Time kSaved = std::chrono::seconds(1);

  // longest: of a rest; what a round costs beyond that is forgotten.
  explicit RoundBudget(Time longest) : longest_(longest) {}

  // computed: CPU time of the round that ended at `now`, on a steady clock.
  Time rest_after(Time computed, Time now) {
    paid_until_ = std::min(std::max(paid_until_, now - kSaved) + computed * kShare, now + longest_);
    return std::max(paid_until_ - now, Time::zero());
  }

 private:
  Time longest_;
  Time paid_until_ = Time::min() / 2;  // everything computed so far would be paid for then
};

}  // namespace hotspot::daemon
