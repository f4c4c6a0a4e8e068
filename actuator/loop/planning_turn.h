// Selects the firings to plan in one round, if there are more than a round may plan: all have their turn.
//
// Firings of rules that drain nodes are planned in every round, before all others: an operator waits for them. Thread
// rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <vector>

#include "actuator/rules/firing.h"

namespace hotspot::loop {

class PlanningTurn {
 public:
  static constexpr std::size_t kMostARound = 512;
  // Each may be looked at with each node as its target: the more nodes, the fewer of them in a round.
  static constexpr std::size_t kMostTargets = 50'000, kLeastARound = 16;

  struct Part {
    std::vector<const rules::Firing*> firings;  // of the list that was given
    bool came_round = false;                    // with these, each was planned once
  };
  // `all` in their order, which stays nearly the same from round to round.
  Part next(const std::vector<rules::Firing>& all, std::size_t nodes = 1);
  void begin_anew() { from_ = 0; }

 private:
  std::size_t from_ = 0;  // of those that drain nothing
};

}  // namespace hotspot::loop
