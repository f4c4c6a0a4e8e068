// How the leader fares, by the names of telemetry/published_metrics.h. PURE.
#pragma once

#include <map>
#include <string>

#include "actuator/daemon/metrics.h"
#include "actuator/daemon/status.h"

namespace hotspot::daemon {

std::map<std::string, double> published_numbers(const Status& status, const Meters& meters);

}  // namespace hotspot::daemon
