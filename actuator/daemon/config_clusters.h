// The list `clusters` of hotspotd.yaml: several clusters that one hotspotd may lead.
//
// An item is a name, or a mapping with `name` and the settings of that cluster; everything else is inherited from the
// top level. A cluster's `redis` inherits user, password, TLS and timeout, too.
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

// base: the settings of the top level. Empty if the list is empty.
std::vector<Config> read_clusters(ConfigReader& reader, const YAML::Node& root, const Config& base,
                                  const ClusterKeys& keys);

}  // namespace hotspot::daemon
