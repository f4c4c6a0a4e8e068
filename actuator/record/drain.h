// A node that an operator wants empty: who asked, why, and since when. All of them in the field `drains` of the hash
// `state`, by the node's UUID.
//
// PURE.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr const char* kDrainsField = "drains";
inline constexpr std::size_t kMostDrainsBytes = 32 << 20;

struct Drain {
  std::string node, owner, reason;
  WallTime since{};
  std::string phase = {};  // of plan::DrainPhase, as it was last logged; empty: nothing was logged
  bool operator==(const Drain&) const = default;
};
using Drains = std::map<std::string, Drain>;

std::string to_json(const Drains& drains);  // "" for none
// "" is none. Members of another type than expected count as absent: a node is drained even if its reason is
// unreadable.
Result<Drains> drains_from_json(std::string_view json);

}  // namespace hotspot::record
