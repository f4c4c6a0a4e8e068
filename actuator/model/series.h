// The series that rules can use: one table of names, units and meanings, and how each is read from the cluster.
//
// PURE. docs/metrics.md is this table for people; a test holds the two against each other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/model/cluster.h"

namespace hotspot::model {

// What one value of a series speaks of. Labels: kNode has node; kDomain node and domain; kVcpu, kDevice one more.
enum class Scope { kNode, kDomain, kVcpu, kDevice };

enum class Unit { kRatio, kBytes, kBytesPerSecond, kPerSecond, kSeconds, kCount };
const char* to_string(Unit unit);

struct SeriesInfo {
  std::string_view name;
  Scope scope;
  Unit unit;
  std::string_view source;   // where the collector has it from
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

// Appends the values of the series that were measured, node by node. Stale nodes are left out, except for the series
// that speak of the quality of the data itself (snapshot_age_seconds, snapshot_gap_ratio), which are always there.
void read_series(const Cluster& cluster, const SeriesInfo& series, WallTime now, const Freshness& freshness,
                 std::vector<SeriesValue>& out);

}  // namespace hotspot::model
