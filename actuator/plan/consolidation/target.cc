#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {

double efficiency_of(const Node& node) { return node.full_watts > 0 ? node.capacity / node.full_watts : 0; }

std::optional<Target> cheapest_target(const Load& load, std::size_t domain, double ticks) {
  std::optional<Target> best;
  for (const std::size_t node : load.open_nodes()) {
    if (node == load.node_of(domain) || !load.fits(node, domain)) continue;
    const double arrival = load.arrival_cost(node, domain);
    if (best && arrival >= best->cost) continue;
    const double cost = arrival + ticks * (load.risk_with(node, domain) - load.risk(node));
    if (!best || cost < best->cost) best = Target{node, cost};
  }
  return best;
}

std::optional<std::size_t> best_unused_node(const Load& load) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < load.cluster().nodes.size(); ++i) {
    if (!load.domains_on(i).empty() || load.node(i).use != Node::Use::kTarget) continue;
    if (!best || efficiency_of(load.node(i)) > efficiency_of(load.node(*best))) best = i;
  }
  return best;
}

}  // namespace hotspot::plan::consolidation
