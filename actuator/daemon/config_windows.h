// The section `windows` of hotspotd.yaml: time windows, by day and time of day, and the actions that may begin in them.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_reader.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

// The time zone of windows that name none is null; the caller fills it in.
void read_windows(ConfigReader& reader, const YAML::Node& node, Config& config);

}  // namespace hotspot::daemon
