// What a plan costs in the planner's currency, to compare it with another or with doing nothing.
#pragma once

#include <vector>

#include "actuator/plan/consolidation/cluster.h"
#include "actuator/plan/consolidation/costs.h"

namespace hotspot::plan::consolidation {

// All in seconds of violation.
struct Score {
  double energy = 0;    // of open nodes, over the ticks
  double risk = 0;      // of overloads later, over the ticks
  double overload = 0;  // of nodes that are overloaded now: until the last domain has left, or for the whole tick
  double moves = 0;     // and arrivals
  double total() const { return energy + risk + overload + moves; }
};

struct Span {
  double ticks;
  double tick_seconds;
};

Score score(const Cluster& cluster, const Policy& policy, const std::vector<Move>& moves, Span span);

}  // namespace hotspot::plan::consolidation
