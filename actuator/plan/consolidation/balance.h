// Evens out the risk: single moves between open nodes, and a node that is opened before others are overloaded.
#pragma once

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

// The single move that gains most, if it gains enough.
void balance(Load& load);

// Opens the best unused node where the risk of all nodes has grown to what it would cost, and fills it with what gains
// most; keeps it if there is a net gain.
void open_node(Load& load);

}  // namespace hotspot::plan::consolidation
