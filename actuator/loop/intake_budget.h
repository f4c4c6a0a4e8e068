// Limits how many snapshots one round processes: by domains, by evaluations in between, and by time. The rest is left
// for the next round.
//
// However small the budget, at least one snapshot is processed. PURE. Thread rule: one thread.
#pragma once

#include <chrono>
#include <cstddef>

namespace hotspot::loop {

class IntakeBudget {
 public:
  static constexpr std::size_t kMostDomains = 60'000;
  static constexpr std::size_t kMostSnapshots = 5000;
  // A node's second snapshot of a round is taken in once the rules have seen the first.
  static constexpr std::size_t kMostEvaluations = 8;
  static constexpr std::chrono::nanoseconds kMostTime = std::chrono::milliseconds(250);

  void begin_round() { *this = {}; }
  void note_snapshot(std::size_t domains) { ++snapshots_, domains_ += domains; }
  void note_evaluation() { ++evaluations_; }
  void note_time(std::chrono::nanoseconds spent) { spent_ += spent; }

  bool is_spent() const {
    return snapshots_ > 0 && (domains_ >= kMostDomains || snapshots_ >= kMostSnapshots || spent_ >= kMostTime);
  }
  bool may_evaluate() const { return evaluations_ < kMostEvaluations && !is_spent(); }

 private:
  std::size_t snapshots_ = 0, domains_ = 0, evaluations_ = 0;
  std::chrono::nanoseconds spent_{0};
};

}  // namespace hotspot::loop
