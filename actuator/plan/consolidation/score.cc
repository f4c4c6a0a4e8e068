#include "actuator/plan/consolidation/score.h"

#include <algorithm>

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

Score score(const Cluster& cluster, const Policy& policy, const std::vector<Move>& moves, Span span) {
  Load load(cluster, policy);
  std::vector<std::size_t> hot;
  for (const std::size_t node : load.open_nodes())
    if (load.overloaded(node)) hot.push_back(node);
  Score result;
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

}  // namespace hotspot::plan::consolidation
