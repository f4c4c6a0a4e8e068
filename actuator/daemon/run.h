// The daemon's life: builds the ports' real bodies, runs the loop, ends on a signal.
#pragma once

#include <string>

#include "actuator/daemon/config.h"

namespace hotspot::daemon {

// Returns the exit code of the process.
int run(const Config& config);

}  // namespace hotspot::daemon
