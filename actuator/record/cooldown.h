// How long domains rest after actions: the field `cooldowns` of the hash `state`.
//
// PURE. What is read is never trusted.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct Cooldown {
  WallTime until{};
  WallTime until_growth{}, until_drain{};  // for growth and for an operator's drain, which may come sooner
  int repetitions = 0;
  WallTime last_action{};
  bool operator==(const Cooldown&) const = default;
};
using Cooldowns = std::map<std::string, Cooldown>;  // by domain UUID

std::string to_json(const Cooldowns& cooldowns);  // "" for none
Result<Cooldowns> cooldowns_from_json(std::string_view json);

}  // namespace hotspot::record
