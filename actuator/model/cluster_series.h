// The series of the cluster as a whole: how uneven it is, and how many nodes its demand needs.
//
// PURE. Nodes that are stale or to be drained do not count, and neither does a node for a resource that it did not
// report. Use is what planning reckons with: of CPU the demand, used and stolen (load.h), which can exceed 1; of memory
// 1 − available ÷ memory; of the network the busiest link.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/projection.h"
#include "actuator/model/series.h"

namespace hotspot::model {

struct ClusterView {
  const Cluster& cluster;
  WallTime now{};
  const Freshness& freshness;
  const Margins& margins;
};

inline constexpr std::array<std::string_view, 3> kImbalanceResources{"cpu", "memory", "network"};

// √(Σ (u − mean)² ÷ n) over the n nodes that reported their use u of the resource; empty: fewer than two did. The
// standard deviation is the term of Ganeti's cluster score (htools); the remedy `balance` makes the same one smaller.
std::optional<double> imbalance_ratio(const ClusterView& view, std::string_view resource);

// The smallest number of nodes whose room is not less than what all domains demand, for CPU and for memory each, the
// larger of the two: a lower bound, for it does not ask whether each domain fits on one of them. The room of a node is
// its capacity less the margins and what the node itself uses; the roomiest count first. Demand beyond all nodes is
// counted in nodes of the mean room of those that have any; if none has, it is one more than there are. Domains whose
// use is not known count as using none. Empty: no node counts.
std::optional<double> nodes_needed(const ClusterView& view);

struct ClusterValue {
  std::string_view resource;  // empty unless Scope::kResource
  double value = 0;
};
// Appends the values of a series of the cluster.
void read_cluster_series(const ClusterView& view, const SeriesInfo& series, std::vector<ClusterValue>& out);

}  // namespace hotspot::model
