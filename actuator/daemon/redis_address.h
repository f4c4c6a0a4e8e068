// From the configuration to what the Redis bodies take.
#pragma once

#include <string>

#include "actuator/daemon/config.h"
#include "actuator/io/redis_options.h"

namespace hotspot::daemon {

io::RedisOptions redis_options(const RedisAddress& address, const std::string& client_name);

}  // namespace hotspot::daemon
