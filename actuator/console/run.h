// Serves until SIGTERM or SIGINT.
#pragma once

#include "actuator/console/config.h"

namespace hotspot::console {

// The exit code of the program; errors were logged.
int run(const Config& config);

}  // namespace hotspot::console
