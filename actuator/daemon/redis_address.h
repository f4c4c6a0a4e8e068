// Converts the configuration of Redis to the options of its connections.
#pragma once

#include <string>

#include "actuator/daemon/config.h"
#include "common/redis/options.h"

namespace hotspot::daemon {

// Includes the name that CLIENT LIST shows, and the key of the cluster.
redis::Options redis_options(const Config& config, const std::string& client_name);

}  // namespace hotspot::daemon
