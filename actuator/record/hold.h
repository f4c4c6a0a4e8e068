// A hold: an operator's order to leave something alone. All of them are in the field `holds` of the hash `state`.
//
// PURE. What is read is never trusted: a hold that cannot be read is an error, so that nobody acts against it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct Hold {
  std::string id;              // "1", "2", …; of a pause "pause"
  std::string on, name, uuid;  // "domain", "node", "rule" or "cluster", and which; a rule has no UUID
  std::string owner, reason;
  WallTime since{};
  std::optional<WallTime> until;       // empty: until it is removed
  bool for_a_time = false;             // given as a duration, not as a time of day
  std::optional<Milliseconds> length;  // the duration; also empty if an older version wrote the hold
  bool operator==(const Hold&) const = default;
};
std::string subject_of(const Hold& hold);  // "domain web1", "the cluster"

struct Holds {
  std::vector<Hold> all;
  int last_number = 0;  // the newest hold that was given a number
  bool operator==(const Holds&) const = default;
};

std::string to_json(const Holds& holds);
Result<Holds> holds_from_json(std::string_view json);  // "" is none

}  // namespace hotspot::record
