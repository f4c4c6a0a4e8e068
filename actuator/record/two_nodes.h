// A domain that runs on two nodes at once, by the snapshots of both: what a leader after this one must know of it.
//
// All of them in the field `two_nodes` of the hash `state`. PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct OnTwoNodes {
  struct Place {
    std::string node_uuid, node_name;
    bool operator==(const Place&) const = default;
  };
  std::string domain_uuid, domain_name;
  std::vector<Place> places;  // two or more
  WallTime since{};
  bool certain = false;  // an alarm; otherwise one of the nodes is silent, and what is true is not known
  bool operator==(const OnTwoNodes&) const = default;
};

// At most so many are kept; of more, the first by UUID.
inline constexpr std::size_t kMostOnTwoNodes = 1000;

std::string to_json(const std::vector<OnTwoNodes>& all);
// "" is an empty list.
Result<std::vector<OnTwoNodes>> on_two_nodes_from_json(std::string_view text);

}  // namespace hotspot::record
