// What collectd.conf says in <Plugin hotspot>.
//
// PURE: takes collectd's configuration as a tree of our own, so that it is tested without collectd. All mistakes are
// found at once, each a sentence that names the plugin and the key.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "actuator/io/redis_options.h"
#include "collectd-plugin/selection.h"
#include "telemetry/result.h"

namespace hotspot::collector {

// collectd's oconfig_item_t.
struct ConfigItem {
  std::string key;
  std::vector<std::variant<std::string, double, bool>> values;
  std::vector<ConfigItem> children;
};

enum class HostField { kName, kUuid, kHostname };  // what stands for the domain in collectd's host field

struct RedisConfig {
  io::RedisOptions server;
  double timeout_seconds = 2;
  double max_age_seconds = 600;  // of the snapshots stream
  int backlog = 60;              // snapshots kept while Redis is away
  int backlog_bytes = 16 << 20;  // and their bytes
};

struct PluginConfig {
  std::string connection = "qemu:///system";
  std::string cluster = "default";
  std::string actuator_uri;          // empty: made from the node's name
  std::string plugin_name = "virt";  // of the domains' values, so that existing graphs keep working
  HostField host_field = HostField::kName;
  std::vector<HostField> plugin_instance;  // empty: none
  double refresh_interval_seconds = 60;
  double timeout_seconds = 0;  // 0: nine tenths of the interval
  Selection domains, block_devices, interface_devices;
  RedisConfig redis;
};

struct CheckedConfig {
  PluginConfig config;
  std::vector<std::string> errors;  // empty: all is right
};

CheckedConfig check_config(const ConfigItem& root);

}  // namespace hotspot::collector
