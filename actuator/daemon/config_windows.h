// The section `windows` of hotspotd.yaml: days, times of day, and what may be begun then.
#pragma once

#include "actuator/daemon/config_reader.h"
#include "actuator/plan/windows.h"

namespace hotspot::daemon {

// Windows that name no time zone are left with none (null), for the caller to fill in.
void read_windows(ConfigReader& reader, const YAML::Node& node, plan::Windows& windows);

}  // namespace hotspot::daemon
