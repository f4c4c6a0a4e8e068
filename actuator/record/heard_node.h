// When each node was last heard, after its snapshots are gone: the field `nodes` of the hash `state`.
//
// PURE. What is read is never trusted.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr const char* kHeardNodesField = "nodes";

struct HeardNode {
  std::string name, uri;
  WallTime last_snapshot_at{};
  double interval_seconds = 0;
  bool operator==(const HeardNode&) const = default;
};
using HeardNodes = std::map<std::string, HeardNode>;  // by host UUID

std::string to_json(const HeardNodes& nodes);
// Nothing depends on it: what is not understood is left out.
HeardNodes heard_nodes_from_json(std::string_view json);

}  // namespace hotspot::record
