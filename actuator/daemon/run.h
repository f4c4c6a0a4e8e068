// The daemon's life: builds the ports' real bodies, runs the loops, ends on a signal.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"

namespace hotspot::daemon {

// One loop for each cluster. Returns the exit code of the process.
int run(const std::vector<Config>& clusters);

}  // namespace hotspot::daemon
