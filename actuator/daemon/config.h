// hotspotd.yaml: what the daemon is told at start.
//
// All errors at once, as in rule files: file:line:column, the line, a caret, a suggestion.
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

// What is there at start of the time before.
struct HistoryConfig {
  Milliseconds snapshots{std::chrono::seconds(60)};  // how far back those in Redis are read
  std::vector<std::string> rrd;                      // "DIR" or "NODE=DIR": collectd's DataDir
  std::string rrdcached;                             // "unix:PATH" or "HOST[:PORT]"
  std::string plugin = "virt";                       // under which hotspot.so dispatches domains
  bool has_rrd() const { return !rrd.empty() || !rrdcached.empty(); }
};

struct Config : loop::Options {
  std::string rules_path = "/etc/hotspot/rules.d";  // a file, or a directory whose *.yaml and *.yml are read in order
  redis::Options redis;
  telemetry::SnapshotLimits snapshot;
  HistoryConfig history;
  std::string metrics_host;  // where /metrics is; empty: nowhere
  int metrics_port = 0;
  io::GraphiteOptions graphite;                // where events are written to; without a URL: nowhere
  std::string state_dir = "/var/lib/hotspot";  // hotspotd's own copy of the registry of nodes; "": it has none
  std::string log_level = "info";
};

struct CheckedConfig {
  std::optional<Config> config;  // of the first cluster; empty if there is an error
  std::vector<Config> clusters;  // of each; one, unless `clusters` lists several
  std::vector<rules::Diagnostic> diagnostics;
};

CheckedConfig check_config(const rules::SourceFile& file);

}  // namespace hotspot::daemon
