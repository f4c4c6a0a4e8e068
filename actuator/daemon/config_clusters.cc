#include "actuator/daemon/config_clusters.h"

#include <algorithm>

#include "actuator/daemon/config_admission.h"
#include "actuator/daemon/config_external.h"

namespace hotspot::daemon {
namespace {

// Replaces the address of Redis; user, password, TLS and timeout are kept.
void forget_address(redis::Options& redis) {
  const redis::Options fresh;
  redis.host = fresh.host;
  redis.port = fresh.port;
  redis.unix_socket = fresh.unix_socket;
  redis.addresses = fresh.addresses;
  redis.sentinel = fresh.sentinel;
}

void read_cluster(ConfigReader& reader, const YAML::Node& node, const ClusterKeys& keys, Config& config) {
  config.cluster.clear();
  const auto scalars = keys.of_cluster(config);
  if (node.IsScalar()) {
    if (const std::string problem = scalars.at("name")(node.Scalar()); !problem.empty())
      reader.complain(node.Mark(), problem);
    return;
  }
  const auto read_redis = [&](const YAML::Node& redis) {
    for (const char* where : {"host", "port", "socket", "addresses", "sentinel"}) {
      if (redis.IsMap() && redis[where]) {
        forget_address(config.redis);
        break;
      }
    }
    reader.read(redis, "'redis' of a cluster", {.scalars = keys.of_redis(config.redis)});
    config.redis.set_default_ports();
    if (const auto wrong = redis::check(config.redis); wrong) reader.complain(redis.Mark(), *wrong);
  };
  const auto admission = [&](const YAML::Node& own) {
    config.admission = {};
    read_admission(reader, own, config.admission);
  };
  reader.read(node, "a cluster",
              {.scalars = scalars,
               .others = {{"redis", read_redis},
                          {"admission", admission},
                          {"external_labels", external_labels_into(reader, config.external_labels)}}});
  if (config.cluster.empty() && node.IsMap() && !node["name"]) reader.complain(node.Mark(), "a cluster needs a 'name'");
}

}  // namespace

std::vector<Config> read_clusters(ConfigReader& reader, const YAML::Node& root, const Config& base,
                                  const ClusterKeys& keys) {
  std::vector<Config> clusters;
  const YAML::Node list = root["clusters"];
  if (root["cluster"])
    reader.complain(list.Mark(), "'cluster' and 'clusters' exclude each other: write all of them into 'clusters'");
  if (!list.IsSequence() || list.size() == 0) {
    reader.complain(list.Mark(), "'clusters' must be a list of names, or of mappings with a 'name'");
    return clusters;
  }
  for (const auto& item : list) {
    Config config = base;
    read_cluster(reader, item, keys, config);
    const bool twice = std::any_of(clusters.begin(), clusters.end(),
                                   [&](const Config& other) { return other.cluster == config.cluster; });
    if (twice && !config.cluster.empty())
      reader.complain(item.Mark(), "cluster '" + config.cluster + "' is there twice");
    clusters.push_back(std::move(config));
  }
  return clusters;
}

}  // namespace hotspot::daemon
