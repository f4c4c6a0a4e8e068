// Runs the daemon: creates the implementations of the ports, starts the loops, and ends on a signal.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

// One loop for each cluster. If there are several, one whose rules have errors is a standby until they are correct.
// Returns the exit code of the process. `file`: the configuration file, quoted in error messages.
int run(const std::vector<Config>& clusters, const rules::SourceFile& file);

}  // namespace hotspot::daemon
