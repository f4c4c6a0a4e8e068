// Empties nodes that are not needed.
#pragma once

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

// One after the other, while it saves more than it costs; that which saves most first.
void empty_nodes(Load& load);

}  // namespace hotspot::plan::consolidation
