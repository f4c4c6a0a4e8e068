// A cluster as it was, from what one has to know of it besides the snapshots: for planning again what was planned then.
//
// PURE. A cluster depends on the order in which snapshots arrived: how far they are apart, and where a domain belongs
// that two nodes report. It is rebuilt by letting snapshots arrive that lead to the same. When they arrived, and how
// many there were, is not kept: planning does not depend on it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "telemetry/result.h"

namespace hotspot::model {

struct NodeImage {
  std::vector<Milliseconds> gaps;  // observed, in any order; at most Cadence::kGaps, each longer than nothing
  bool drain_requested = false, set_aside = false;
  bool operator==(const NodeImage&) const = default;
};
NodeImage image_of(const Node& node);

using Owners = std::map<std::string, std::string>;  // domain UUID → UUID of the node that it belongs to
// Of the domains that several nodes report.
Owners owners_of(const Cluster& cluster);

struct ImagedNode {
  NodeSnapshot snapshot;
  NodeImage image;
};
// An error: no order of snapshots leads there, such as two of one node, or an owner that does not report its domain.
Result<Cluster> rebuild(std::vector<ImagedNode> nodes, const Owners& owners);

}  // namespace hotspot::model
