// The list `clusters` of hotspotd.yaml: several clusters that one hotspotd may lead.
//
// An item is a name, or a mapping of `name` and of what that cluster has of its own; all else is as at the top level.
// A `redis` of its own keeps user, password, TLS and time-out of the one at the top level, unless it says otherwise.
#pragma once

#include <functional>
#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_reader.h"

namespace hotspot::daemon {

struct ClusterKeys {
  std::function<ConfigReader::Scalars(Config&)> of_cluster;
  std::function<ConfigReader::Scalars(redis::Options&)> of_redis;
};

// base: what the top level says. Empty if the list is.
std::vector<Config> read_clusters(ConfigReader& reader, const YAML::Node& root, const Config& base,
                                  const ClusterKeys& keys);

}  // namespace hotspot::daemon
