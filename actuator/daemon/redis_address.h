// From the configuration to what the Redis bodies take.
#pragma once

#include <string>

#include "actuator/daemon/config.h"
#include "common/redis/options.h"

namespace hotspot::daemon {

// With the name that CLIENT LIST shows, and with the cluster's key.
redis::Options redis_options(const Config& config, const std::string& client_name);

}  // namespace hotspot::daemon
