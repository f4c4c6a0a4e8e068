// The configuration of the plugin: <Plugin hotspot> in collectd.conf.
//
// PURE: the input is a copy of collectd's configuration tree, so that tests need no collectd. All errors are found at
// once, each a sentence that names the plugin and the key.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "collectd-plugin/domain_xml.h"
#include "collectd-plugin/extra_stats.h"
#include "collectd-plugin/selection.h"
#include "common/redis/options.h"
#include "telemetry/result.h"

namespace hotspot::collector {

// collectd's oconfig_item_t.
struct ConfigItem {
  std::string key;
  std::vector<std::variant<std::string, double, bool>> values;
  std::vector<ConfigItem> children;
};

// The plugin field of the node's values in collectd.
inline constexpr const char* kNodePlugin = "hotspot";

enum class HostField { kName, kUuid, kHostname, kMetadata };  // what is used as collectd's host field for domains
enum class BlockDeviceFormat { kTarget, kSource, kSourceBasename };
enum class InterfaceFormat { kName, kAddress, kNumber };
enum class Reporting { kYes, kNo };

// How often a group of statistics is read, in seconds. Zero: at each read. Empty: the default below, in reads.
struct GroupIntervalConfig {
  static constexpr int kMemoryReads = 2, kDiskReads = 6, kJobReads = 6;
  std::optional<double> memory_seconds, disk_seconds, job_seconds;
  std::optional<double> dirty_rate_seconds;  // empty: never
};

struct RedisConfig {
  redis::Options server;
  double timeout_seconds = 2;
  double max_age_seconds = 600;  // of the snapshots stream
  int backlog = 60;              // snapshots kept while Redis is unreachable
  int backlog_bytes = 16 << 20;  // and their total size
};

struct PluginConfig {
  std::string connection = "qemu:///system";
  std::string cluster = "default";
  std::string actuator_uri;          // empty: derived from the node's name
  std::string key_file;              // for signing snapshots; empty: hotspot/node.key in collectd's BaseDir
  std::string own_host;              // collectd's own host name: not an option
  std::string plugin_name = "virt";  // for the domains' values, so that existing graphs continue
  std::vector<HostField> hostname{HostField::kName};
  std::vector<HostField> plugin_instance;  // empty: none
  MetadataPath metadata;                   // for HostField::kMetadata
  BlockDeviceFormat block_device_format = BlockDeviceFormat::kTarget;
  InterfaceFormat interface_format = InterfaceFormat::kName;
  Reporting block_devices_reported = Reporting::kYes, interfaces_reported = Reporting::kYes;
  Reporting places_reported = Reporting::kYes;  // where domains run, and how full the node is (dispatch/places.h)
  ExtraStats extra_stats = ExtraStats::usual();
  bool persistent_notification = false;  // report the state at each read, not only when it changes
  bool notifications = true;             // about hotspots and actions that concern this node
  bool kernel = true;                    // use /proc and cgroups where possible
  GroupIntervalConfig groups;
  double refresh_interval_seconds = 60;
  double timeout_seconds = 0;  // 0: nine tenths of the interval
  Selection domains, block_devices, interface_devices;
  RedisConfig redis;
};

struct CheckedConfig {
  PluginConfig config;
  std::vector<std::string> errors;    // empty: no errors
  std::vector<std::string> warnings;  // settings without effect
};

CheckedConfig check_config(const ConfigItem& root);

// collectd passes each <Plugin hotspot> block separately, possibly from several files; together they are one
// configuration.
class ConfigBlocks {
 public:
  // Checks all blocks so far. Errors that were returned before are left out: is_right() says whether there are any.
  CheckedConfig add(ConfigItem block);
  bool is_right() const { return is_right_; }

 private:
  ConfigItem all_;
  std::set<std::string> told_;
  bool is_right_ = true;
};

// "libvirt at qemu:///system", for messages; an empty URI means libvirt's default.
std::string libvirt_at(const std::string& uri);

// How often the groups are read, given the plugin's interval.
struct GroupSeconds {
  double memory, disks, jobs;
  std::optional<double> dirty_rate;
};
GroupSeconds group_seconds(const GroupIntervalConfig& config, double interval_seconds);

}  // namespace hotspot::collector
