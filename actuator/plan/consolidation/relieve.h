// Takes from overloaded nodes what they lack.
#pragma once

#include "actuator/plan/consolidation/load.h"

namespace hotspot::plan::consolidation {

// Of all open nodes that are overloaded now, the one with the largest excess first. What cannot be cured stays as it
// is.
void relieve(Load& load);

}  // namespace hotspot::plan::consolidation
