// What was measured before now: values over time, and the snapshots that they were.
//
// PURE. collectd stores values one by one, each in a file of its own; rules look at nodes and domains. Here values
// become snapshots again, so that a replay goes the way that live data go. What collectd does not store stays empty:
// UUIDs (names take their place), limits, obstacles to a migration, policies.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::model {

struct HistorySample {
  WallTime time{};  // end of the time of which it is the mean
  double value = 0;
  bool operator==(const HistorySample&) const = default;
};

// One series of one node or domain. `name` is one of series.h, or one of kStoredOnly; units are those of series.h.
struct HistorySeries {
  std::string name;
  std::string node;    // "" where the files do not say on which node the domain ran
  std::string domain;  // "" for a node's
  int vcpu = -1;
  std::string device;
  Milliseconds step{0};                // between two samples
  std::vector<HistorySample> samples;  // in order of time; what is unknown is left out
  bool operator==(const HistorySeries&) const = default;
};

// Stored by collectd and no series by themselves, but what series are made of: CPU time ÷ time, of all CPUs together.
inline constexpr const char* kStoredOnly[] = {"domain_cpu_cores", "domain_cpu_user_cores", "domain_cpu_system_cores",
                                              "node_memory_taken_bytes"};
// Of the links of a node (node_net_…) each is stored by itself, with its device.

// The node that a domain is taken to have run on, by the domain's name, where its series do not say it.
using Placement = std::map<std::string, std::string>;

// One snapshot a node and step, in order of time. A value counts for a snapshot if it was stored no more than one step
// of its own before. A domain without a node in its series or in `placement` runs on a node without a name.
std::vector<telemetry::NodeSnapshot> snapshots_of(const std::vector<HistorySeries>& history,
                                                  const Placement& placement = {});
// The same one by one, so that they need not all be in memory at once. `sequence` stays 0.
void for_each_snapshot(const std::vector<HistorySeries>& history, const Placement& placement,
                       const std::function<void(telemetry::NodeSnapshot)>& take);

// The stored names that a series of series.h is made from: with these alone it has the values that it has with all.
// A series that cannot be made from what is stored has none.
std::vector<std::string> stored_inputs(std::string_view series);

// The other way: every series of series.h that the snapshots have a value for. For a store that wants whole series.
std::vector<HistorySeries> series_of(const std::vector<telemetry::NodeSnapshot>& snapshots);

}  // namespace hotspot::model
