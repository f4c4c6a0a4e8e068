// Traces of CPU use as the workload of a scenario.
//
// PURE. A trace is a column of percentages of 0 to 100, one for each five minutes, as in the public data of PlanetLab;
// or a line of a table: a name and its percentages, with commas.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "actuator/sim/scenario.h"
#include "telemetry/result.h"

namespace hotspot::simulation {

using Samples = std::shared_ptr<const std::vector<float>>;  // percentages

// The traces of one file, in its order. An error names the line: "line 7: '101' is no percentage".
Result<std::vector<Samples>> read_traces(std::string_view text);

// The domains' CPU demand follows the traces, in order, and again from the first when there are more domains. 100 % is
// all vCPUs that a domain has at the beginning. traces: at least one.
void follow_traces(Scenario& scenario, const std::vector<Samples>& traces);

}  // namespace hotspot::simulation
