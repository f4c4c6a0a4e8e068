// Where a domain goes: of all nodes on which it fits, the one that it costs least.
#pragma once

#include <optional>

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

struct Target {
  std::size_t node;
  double cost;  // of the target alone: the rise of its risk over so many ticks, and that something is copied to it
};

// Among the open nodes but its own; of equals the first.
std::optional<Target> cheapest_target(const Load& load, std::size_t domain, double ticks);

// Work for a watt at full load.
double efficiency_of(const Node& node);

// The node without domains that does most work for a watt at full load; of equals the first.
std::optional<std::size_t> best_unused_node(const Load& load);

}  // namespace hotspot::plan::consolidation
