// hotspotd.yaml: what the daemon is told at start.
//
// All errors at once, as in rule files: file:line:column, the line, a caret, a suggestion.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/act/shrink_guard.h"
#include "actuator/io/graphite/graphite_events.h"
#include "actuator/loop/admission_options.h"
#include "actuator/loop/memory_care.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/windows.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"
#include "common/redis/options.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::daemon {

// What is there at start of the time before.
struct HistoryConfig {
  Milliseconds snapshots{std::chrono::seconds(60)};  // how far back those in Redis are read
  std::vector<std::string> rrd;                      // "DIR" or "NODE=DIR": collectd's DataDir
  std::string rrdcached;                             // "unix:PATH" or "HOST[:PORT]"
  std::string plugin = "virt";                       // under which hotspot.so dispatches domains
  Milliseconds limit{std::chrono::seconds(60)};      // of reading, before it is said to be slow
  bool has_rrd() const { return !rrd.empty() || !rrdcached.empty(); }
};

// A rule that a window of time names, and where.
struct WindowRule {
  std::string name;
  std::string file;
  rules::Position position;
};

struct Config {
  std::string cluster = "default";
  rules::Mode mode = rules::Mode::kRecommend;
  bool dry_run = false;
  std::string rules_path = "/etc/hotspot/rules.d";  // a file, or a directory whose *.yaml and *.yml are read in order
  redis::Options redis;
  model::Freshness freshness;
  model::Margins margins;
  plan::Limits limits;
  telemetry::SnapshotLimits snapshot;
  std::size_t most_nodes = 10'000;                            // of one cluster
  std::size_t rule_operations = rules::kUsualMostOperations;  // of one rule in one evaluation
  plan::MigrationSettings migration;
  Milliseconds migration_stall{std::chrono::seconds(150)};
  act::ShrinkOptions shrink;
  Milliseconds shrink_observed{std::chrono::hours(1)};  // since a guest booted and is known, before memory is taken
  loop::MemoryCareOptions memory_care;
  plan::Windows windows;
  std::vector<WindowRule> window_rules;                 // all that the windows name
  Milliseconds foreign_rest{std::chrono::minutes(30)};  // of a domain that somebody else changed; 0: it does not rest
  model::TimeZone zone;                                 // in which times are told, and windows that name none
  Milliseconds verify_limit{std::chrono::seconds(30)};
  Milliseconds call_limit{std::chrono::seconds(10)};  // of a libvirt call that does not migrate
  Milliseconds lease{std::chrono::seconds(8)};        // another leads within 10 s
  HistoryConfig history;
  std::map<std::string, std::string> external_labels;  // what templates see as $externalLabels
  std::string metrics_host;                            // where /metrics is; empty: nowhere
  int metrics_port = 0;
  io::GraphiteOptions graphite;                // where events are written to; without a URL: nowhere
  std::string external_url;                    // and as $externalURL, without slashes at its end
  loop::AdmissionOptions admission;            // who is a node
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
