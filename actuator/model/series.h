// The series that rules can use: one table of names, units and meanings, and how to read each from the cluster.
//
// PURE. docs/metrics.md documents this table; a test compares the two.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/model/cluster.h"

namespace hotspot::model {

// What one value of a series describes. Labels: kNode has node; kDomain node and domain; kVcpu, kDevice one more.
// kCluster, of all nodes together, has none; kResource, the same for each resource, has resource.
enum class Scope { kNode, kDomain, kVcpu, kDevice, kCluster, kResource };

enum class Unit { kRatio, kBytes, kBytesPerSecond, kPerSecond, kSeconds, kCount };
const char* to_string(Unit unit);

struct SeriesInfo {
  std::string_view name;
  Scope scope;
  Unit unit;
  std::string_view source;   // where the collector reads it
  std::string_view meaning;  // one sentence
};

std::span<const SeriesInfo> series_catalog();          // sorted by name
const SeriesInfo* find_series(std::string_view name);  // null if there is none

// One value. `node` and `domain` point into the cluster; domain is null for node series.
struct SeriesValue {
  const Node* node = nullptr;
  const DomainSample* domain = nullptr;
  int vcpu = -1;            // Scope::kVcpu
  std::string_view device;  // Scope::kDevice
  double value = 0;
};

// Does the series describe the data themselves (snapshot_age_seconds, snapshot_gap_ratio)? Its value changes with time,
// and stale nodes have it too.
bool is_about_data(const SeriesInfo& series);
// Is it of the cluster, not of a node? Then cluster_series.h reads it, and read_series() gives nothing.
bool is_of_cluster(const SeriesInfo& series);

// When a cluster is read; `now` matters only to staleness and to series about the data.
struct ClusterAt {
  const Cluster& cluster;
  WallTime now{};
};
// Appends the values of the series in the newest snapshot of one node. Domains that do not run there, or by now run
// elsewhere, are left out.
void read_series(const ClusterAt& at, const Node& node, const SeriesInfo& series, std::vector<SeriesValue>& out);
// The same for all nodes. Stale nodes are left out, except for series about the data.
void read_series(const ClusterAt& at, const SeriesInfo& series, const Freshness& freshness,
                 std::vector<SeriesValue>& out);

}  // namespace hotspot::model
