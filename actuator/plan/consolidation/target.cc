#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {

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
  double most = 0;
  for (std::size_t i = 0; i < load.cluster().nodes.size(); ++i) {
    const Node& node = load.node(i);
    if (!load.domains_on(i).empty() || node.use != Node::Use::kTarget || node.full_watts <= 0) continue;
    const double efficiency = node.capacity / node.full_watts;
    if (best && efficiency <= most) continue;
    best = i;
    most = efficiency;
  }
  return best;
}

}  // namespace hotspot::plan::consolidation
