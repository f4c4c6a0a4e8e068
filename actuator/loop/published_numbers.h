// The leader's own metrics, with the names of telemetry/published_metrics.h. PURE.
#pragma once

#include <map>
#include <string>

#include "actuator/loop/metrics.h"
#include "actuator/loop/status.h"

namespace hotspot::loop {

std::map<std::string, double> published_numbers(const Status& status, const Meters& meters);

}  // namespace hotspot::loop
