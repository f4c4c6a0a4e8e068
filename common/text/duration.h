// Parses durations of rule files, hotspotd.yaml and command lines ("1m30s"), and formats them. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/text/quantity_problem.h"
#include "telemetry/units.h"

namespace hotspot::text {

// As in Prometheus: whole numbers of y w d h m s ms, from large to small units, each at most once, below 292 years. "0"
// needs no unit.
Parsed<Milliseconds> parse_duration(std::string_view text);
// The same, and also fractions ("1.5h") and units in any order: for configuration and command lines. Rounded to a
// millisecond.
Parsed<Milliseconds> parse_loose_duration(std::string_view text);
// "1m30s" for 90000 ms: as Prometheus prints it and parse_duration() reads it.
std::string duration_source(Milliseconds duration);

// For people: "850 ms", "12 s", "3 min 5 s", "2 h 10 min", "7 d 3 h".
std::string duration_text(Milliseconds duration);

// Milliseconds in one y, w, d, h, m, s, ms; empty for an unknown unit.
std::optional<std::int64_t> milliseconds_of_unit(std::string_view unit);
// The unit that sec, mins, hours, … stand for; empty if none is similar.
std::string_view meant_time_unit(std::string_view unit);

}  // namespace hotspot::text
