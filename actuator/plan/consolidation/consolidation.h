// Which domains move so that few nodes are open and none lacks CPU: everything weighed in one currency (costs.h).
//
// Each tick: pack a cluster that is much too spread; take from overloaded nodes what they lack; empty nodes that are
// not needed; even out the risk; open a node before it is needed. A domain moves at most once a tick, no target is
// filled over its capacity by the demand that is known, and each part only does what costs less than leaving it.
// Deterministic; any thread. docs/planner.md has the algorithm, where its constants are from, and its limits.
#pragma once

#include <vector>

#include "actuator/plan/consolidation/cluster.h"
#include "actuator/plan/consolidation/costs.h"

namespace hotspot::plan::consolidation {

// In the order in which they are to begin. The arrays must be consistent: every node named is in the array.
std::vector<Move> consolidate(const Cluster& cluster, const Policy& policy);

}  // namespace hotspot::plan::consolidation
