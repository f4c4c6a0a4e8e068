#include "actuator/plan/consolidation/start.h"

#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {

std::optional<std::size_t> start_node(const std::vector<Node>& nodes, const std::vector<Reserved>& reserved,
                                      const Request& request) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.use != Node::Use::kTarget || request.cpu > node.most_of_a_domain ||
        reserved[i].cpu + request.cpu > node.capacity || reserved[i].memory + request.memory > node.memory)
      continue;
    if (!best || efficiency_of(node) > efficiency_of(nodes[*best])) best = i;
  }
  return best;
}

}  // namespace hotspot::plan::consolidation
