// Makes a scenario of recorded snapshots: the cluster as it was when the recording began, and what its domains wanted.
//
// PURE. A domain's demand is what it used and waited for (steal), from one snapshot to the next. A domain that came
// later wants nothing before, and one that ended goes on with its last values.
#pragma once

#include <vector>

#include "actuator/sim/scenario.h"
#include "telemetry/result.h"
#include "telemetry/snapshot.h"

namespace hotspot::simulation {

// An error: there is no node in them, or none with a running domain.
Result<Scenario> scenario_of(std::vector<telemetry::NodeSnapshot> snapshots);

}  // namespace hotspot::simulation
