// The section `windows` of hotspotd.yaml: days, times of day, and what may be begun then.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_reader.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

// Windows that name no time zone are left with none (null), for the caller to fill in.
void read_windows(ConfigReader& reader, const YAML::Node& node, Config& config);

}  // namespace hotspot::daemon
