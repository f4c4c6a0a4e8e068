// What a plan costs in the planner's currency, to compare it with doing nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation::testing {

// All in seconds of violation.
struct PlanScore {
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

inline PlanScore score_of(const Cluster& cluster, const Policy& policy, const std::vector<Move>& moves, Span span) {
  Load load(cluster, policy);
  std::vector<std::size_t> hot;
  for (const std::size_t node : load.open_nodes())
    if (load.overloaded(node)) hot.push_back(node);
  PlanScore result;
  std::vector<double> longest(cluster.nodes.size(), 0);
  for (const Move& move : moves) {
    result.moves += load.move_cost(move.domain) + load.arrival_cost(move.to, move.domain);
    longest[move.from] = std::max(longest[move.from], cluster.domains[move.domain].transfer_seconds);
    load.move(move.domain, move.to, move.reason);
  }
  for (const std::size_t node : hot) result.overload += load.overloaded(node) ? span.tick_seconds : longest[node];
  for (const std::size_t node : load.open_nodes()) {
    result.energy += span.ticks * load.idle_cost(node);
    result.risk += span.ticks * load.risk(node);
  }
  return result;
}

}  // namespace hotspot::plan::consolidation::testing
