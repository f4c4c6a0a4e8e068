// Takes from overloaded nodes what they lack.
#pragma once

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

// Of all open nodes that are overloaded now, the one with the largest excess first. If neither the others nor an unused
// node can take what one lacks, what fits on the unused node goes there.
void relieve(Load& load);

}  // namespace hotspot::plan::consolidation
