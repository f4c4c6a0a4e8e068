// Parses sizes ("500MiB"), bandwidths ("100MiB/s"), ratios ("80%", "0.8") and whole numbers of rule files,
// hotspotd.yaml and command lines; durations are in duration.h. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/text/quantity_problem.h"

namespace hotspot::text {

// B, KiB, MiB, GiB, TiB; rounded to a byte. May be negative. "0" needs no unit.
Parsed<std::int64_t> parse_bytes(std::string_view text);
Parsed<std::int64_t> parse_bytes_per_second(std::string_view text);  // "100MiB/s"
Parsed<double> parse_ratio(std::string_view text);                   // from 0 to 1
Parsed<int> parse_whole_number(std::string_view text);               // "-2", "+2"

// Bytes in one B, KiB, MiB, …; empty for an unknown unit.
std::optional<double> bytes_of_unit(std::string_view unit);
// The unit that MB, gb, … stand for; empty if none is similar.
std::string_view meant_bytes_unit(std::string_view unit);

}  // namespace hotspot::text
