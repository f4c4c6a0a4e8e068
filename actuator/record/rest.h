// A rest: a domain that somebody else changed is left alone for a while. All of them are in the field `foreign` of the
// hash `state`.
//
// PURE. What is read is never trusted.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct Rest {
  std::string domain;  // name
  std::string what;    // was changed: "vCPUs 2 → 4"
  WallTime at{}, until{};
  bool operator==(const Rest&) const = default;
};

struct Rests {
  std::map<std::string, Rest> all;  // by domain UUID
  WallTime judged_until{};          // changes up to then were judged
  bool operator==(const Rests&) const = default;
};

std::string to_json(const Rests& rests);
Result<Rests> rests_from_json(std::string_view json);  // "" is none

}  // namespace hotspot::record
