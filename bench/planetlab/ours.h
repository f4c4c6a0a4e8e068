// The product's planner as a policy of the experiment.
#pragma once

#include <memory>

#include "actuator/plan/consolidation/costs.h"
#include "bench/planetlab/experiment.h"

namespace hotspot::planetlab {

std::unique_ptr<Policy> make_ours(const plan::consolidation::Policy& policy);

}  // namespace hotspot::planetlab
