// What a target refused, as it stands in Redis: all of them in the field `target_refusals` of the hash `state`. PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct TargetRefusal {
  std::string domain_uuid, domain_name;
  std::string target_uuid, target_name;
  std::string scope;   // "target", "domain", "passing"
  std::string reason;  // one sentence
  int times = 1;
  WallTime at{}, until{};
  std::string facts;  // a digest of what was known of both
  bool operator==(const TargetRefusal&) const = default;
};

// "" for none; more than a thousand are neither written nor read.
std::string to_json(const std::vector<TargetRefusal>& all);
Result<std::vector<TargetRefusal>> target_refusals_from_json(std::string_view text);

}  // namespace hotspot::record
