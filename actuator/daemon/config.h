// The configuration file of the daemon, hotspotd.yaml.
//
// All errors are reported at once, as for rule files: file:line:column, the line, a caret, a suggestion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/io/graphite/graphite_events.h"
#include "actuator/loop/options.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/redis/options.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::daemon {

// Where samples from before the start come from.
struct HistoryConfig {
  Milliseconds snapshots{std::chrono::seconds(60)};  // how far back the stream in Redis is read
  std::vector<std::string> rrd;                      // "DIR" or "NODE=DIR": collectd's DataDir
  std::string rrdcached;                             // "unix:PATH" or "HOST[:PORT]"
  std::string plugin = "virt";                       // the plugin name under which hotspot.so dispatches domains
  bool has_rrd() const { return !rrd.empty() || !rrdcached.empty(); }
};

struct Config : loop::Options {
  std::string rules_path = "/etc/hotspot/rules.d";  // a file, or a directory whose *.yaml and *.yml are read in order
  redis::Options redis;
  telemetry::SnapshotLimits snapshot;
  HistoryConfig history;
  std::string metrics_host;  // where /metrics is served; empty: nowhere
  int metrics_port = 0;
  io::GraphiteOptions graphite;                // where events are written; without a URL: nowhere
  std::string state_dir = "/var/lib/hotspot";  // for the local copy of the registry of nodes; "": no copy
  std::string log_level = "info";
};

struct CheckedConfig {
  std::optional<Config> config;  // of the first cluster; empty: there are errors
  std::vector<Config> clusters;  // of each cluster; one, unless `clusters` lists several
  std::vector<rules::Diagnostic> diagnostics;
};

CheckedConfig check_config(const rules::SourceFile& file);

}  // namespace hotspot::daemon
