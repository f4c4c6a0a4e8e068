// hotspotctl simulate --rrd: the cluster of a simulation from a file of nodes and what collectd stored of domains.
#pragma once

#include <optional>

#include "actuator/ctl/simulate.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/sim/scenario.h"

namespace hotspot::ctl {

// Empty after printing what is wrong. What it assumes is printed too.
std::optional<simulation::Scenario> read_stored_cluster(const SimulateQuestion& question,
                                                        const rules::SourceFile& nodes);

}  // namespace hotspot::ctl
