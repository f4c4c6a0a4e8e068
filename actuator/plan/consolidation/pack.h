// Brings a cluster that is spread over many more nodes than it needs onto few of them, in one tick.
#pragma once

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

// Does nothing unless twice as many nodes are open as the mean demand fills, and it costs less than it saves.
void pack(Load& load);

}  // namespace hotspot::plan::consolidation
