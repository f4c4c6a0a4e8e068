// From the configuration to what the Redis bodies take.
#pragma once

#include <string>

#include "actuator/daemon/config.h"
#include "actuator/io/redis_options.h"

namespace hotspot::daemon {

// With the name that CLIENT LIST shows, and with the cluster's key.
io::RedisOptions redis_options(const Config& config, const std::string& client_name);

}  // namespace hotspot::daemon
