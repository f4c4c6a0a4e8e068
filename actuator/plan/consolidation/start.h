// Where a domain starts, by what it asks for: nothing is known of what it will use.
#pragma once

#include <optional>
#include <vector>

#include "actuator/plan/consolidation/cluster.h"

namespace hotspot::plan::consolidation {

// What the domains of a node ask for, whether they use it or not.
struct Reserved {
  double cpu = 0;
  double memory = 0;
};

struct Request {
  double cpu = 0;  // of which all must fit into what one domain can use
  double memory = 0;
};

// Of the nodes that do most work for a watt the first that has room for all of it, so that few nodes are filled and
// little has to be moved later; then the next best. `reserved` has one entry for each node. Nothing if there is no
// room.
std::optional<std::size_t> start_node(const std::vector<Node>& nodes, const std::vector<Reserved>& reserved,
                                      const Request& request);

}  // namespace hotspot::plan::consolidation
