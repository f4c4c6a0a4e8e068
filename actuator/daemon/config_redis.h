// The keys of the section `redis`, in hotspotd.yaml and hotspot-console.yaml.
#pragma once

#include "actuator/daemon/config_reader.h"
#include "common/redis/options.h"

namespace hotspot::daemon {

// `redis` must outlive what is returned. `addresses` may be a list.
ConfigReader::Scalars redis_keys(redis::Options& redis);

}  // namespace hotspot::daemon
