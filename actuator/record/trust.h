// Which rules may act, and what was measured of their actions, as it stands in Redis: the field `trust` of the hash
// `state`. PURE.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

// Shares of the resource that the action was about.
struct MeasuredRelief {
  std::string action;  // id
  WallTime at{};
  double predicted = 0, measured = 0;
  std::string subject;  // "CPU of h1"
  bool operator==(const MeasuredRelief&) const = default;
};

struct RuleTrust {
  std::vector<MeasuredRelief> newest;  // the oldest first
  std::uint64_t not_counted = 0;
  std::string not_counted_why;
  std::optional<WallTime> lost_at;  // empty: the rule may act
  std::string lost_why;
  bool operator==(const RuleTrust&) const = default;
};
using Trusts = std::map<std::string, RuleTrust>;  // by rule

// "" for none; more than a thousand rules are neither written nor read, those that have lost the right come first.
std::string to_json(const Trusts& all);
// Tolerant: what is not understood of a rule is left out, but not that it has lost its right. An error: it is no such
// record at all, and it cannot be told which rules have.
Result<Trusts> trusts_from_json(std::string_view text);

}  // namespace hotspot::record
