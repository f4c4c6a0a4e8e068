#include "actuator/model/node_choice.h"

namespace hotspot::model {

Result<const Node*> find_one_node(const Cluster& cluster, const std::string& name) {
  if (const Node* by_uuid = cluster.find_node(name)) return by_uuid;
  const Node* found = nullptr;
  std::string which;
  std::size_t count = 0;
  for (const auto& [uuid, node] : cluster.nodes()) {
    if (node.name() != name) continue;
    found = &node;
    which += "\n  " + uuid + " at " + node.snapshot->node.uri;
    ++count;
  }
  if (count == 1) return found;
  if (count == 0) return Error{"no node '" + name + "' is in the snapshots; see hotspotctl node list"};
  return Error{"several nodes are named '" + name + "'; give the host UUID of one:" + which};
}

}  // namespace hotspot::model
