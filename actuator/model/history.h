// Past measurements: stored values over time, and the snapshots rebuilt from them.
//
// PURE. collectd stores each value in a file of its own, while rules evaluate nodes and domains. This code turns values
// back into snapshots, so that a replay follows the path of live data. What collectd does not store stays empty: UUIDs
// (names replace them), limits, obstacles to a migration, policies.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::model {

struct HistorySample {
  WallTime time{};  // end of the interval that it is the mean of
  double value = 0;
  bool operator==(const HistorySample&) const = default;
};

// One series of a node or domain. `name` is from series.h or kStoredOnly; the units are those of series.h.
struct HistorySeries {
  std::string name;
  std::string node;    // "" if the files do not say on which node the domain ran
  std::string domain;  // "" for a series of a node
  int vcpu = -1;
  std::string device;
  Milliseconds step{0};                // between two samples
  std::vector<HistorySample> samples;  // in order of time; unknown values are left out
  bool operator==(const HistorySeries&) const = default;
};

// Stored by collectd, but no series of its own: other series are computed from it. CPU time ÷ time, over all CPUs.
inline constexpr const char* kStoredOnly[] = {"domain_cpu_cores", "domain_cpu_user_cores", "domain_cpu_system_cores",
                                              "node_memory_taken_bytes"};
// Each link of a node (node_net_…) is stored separately, by device.

// Domain name → the node that it is assumed to have run on, for series that do not say.
using Placement = std::map<std::string, std::string>;

// One snapshot per node and step, in order of time. A value is used in a snapshot if it was stored at most one of its
// own steps before. A domain without a node in its series or in `placement` runs on a node without a name.
std::vector<telemetry::NodeSnapshot> snapshots_of(const std::vector<HistorySeries>& history,
                                                  const Placement& placement = {});
// The same one by one, so that they need not all be in memory. `sequence` stays 0.
void for_each_snapshot(const std::vector<HistorySeries>& history, const Placement& placement,
                       const std::function<void(telemetry::NodeSnapshot)>& take);

// The stored names that a series of series.h is computed from: these alone give the same values as all together. Empty
// for a series that cannot be computed from stored values.
std::vector<std::string> stored_inputs(std::string_view series);

// The inverse: every series of series.h for which the snapshots have a value. For a store that needs whole series.
std::vector<HistorySeries> series_of(const std::vector<telemetry::NodeSnapshot>& snapshots);

}  // namespace hotspot::model
