// The id of an entry of a Redis stream, "1700000000000-3": the server's wall time in ms, and a number within that
// millisecond. Redis gives only rising ones, whatever somebody else has put before. PURE.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/units.h"

namespace hotspot::record {

struct StreamId {
  std::uint64_t ms = 0;
  std::uint64_t number = 0;
  auto operator<=>(const StreamId&) const = default;
};

// "1700000000000-3" or "1700000000000"; empty for anything else.
std::optional<StreamId> stream_id_from_string(std::string_view text);
std::string to_string(const StreamId& id);
// The next id, and the one before: Redis before 6.2 has no "(" for ranges that leave their end out.
StreamId successor(StreamId id);    // of the last possible one: that one
StreamId predecessor(StreamId id);  // of 0-0: 0-0

// Its wall time; one that no clock can show is the latest that this program can count with.
WallTime time_of(const StreamId& id);

}  // namespace hotspot::record
