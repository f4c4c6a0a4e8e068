// How long the loop rests after a round, so that it needs little of a core, however many nodes send.
//
// A round that computes longer than 3 ms is followed by a rest of twice that, of at most a second: the loop never uses
// more than about a third of a core. Where no snapshot waits, it rests longer, so that it uses a sixteenth. It may save
// up a second's worth of that, so that rounds that are cheap are never delayed (virtual scheduling of ITU-T I.371, the
// generic cell rate algorithm); and that rest has a limit, so that rules see what arrives in time. A value. Thread
// rule: none of its own.
#pragma once

#include <algorithm>
#include <chrono>

namespace hotspot::daemon {

class RoundBudget {
 public:
  using Time = std::chrono::nanoseconds;
  static constexpr int kShare = 16;
  static constexpr Time kSaved = std::chrono::seconds(1);
  static constexpr Time kCheap = std::chrono::milliseconds(3);
  static constexpr Time kLongestOfAll = std::chrono::seconds(1);

  struct Round {
    Time computed{0};        // CPU time
    Time ended{0};           // on a steady clock
    bool is_behind = false;  // snapshots wait that it did not come to
    Time longest_rest{0};    // in order to save; what the round costs beyond that is forgotten
  };
  Time rest_after(const Round& round) {
    const Time owed = std::max(paid_until_, round.ended - kSaved) + round.computed * kShare;
    paid_until_ = std::min(owed, round.ended + round.longest_rest);
    const Time least = round.computed > kCheap ? std::min(round.computed * 2, kLongestOfAll) : Time::zero();
    return round.is_behind ? least : std::max(paid_until_ - round.ended, least);
  }

 private:
  Time paid_until_ = Time::min() / 2;  // everything computed so far would be paid for then
};

}  // namespace hotspot::daemon
