// Numbers with units, as operators write them: 1m30s, 500MiB, 3 of 5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actuator/rules/language/wording.h"
#include "actuator/rules/rule_set.h"
#include "telemetry/result.h"

namespace hotspot::rules {

template <typename T>
using Parsed = Result<T, TextProblem>;

// Prometheus durations: y w d h m s ms, from large to small, each once. "0" needs no unit.
Parsed<Milliseconds> parse_duration(std::string_view text);
// "30s" for 30000 ms, in as few units as possible.
std::string duration_source(Milliseconds duration);

Parsed<std::int64_t> parse_bytes(std::string_view text);
Parsed<int> parse_whole_number(std::string_view text);
Parsed<Hold> parse_hold(std::string_view text);

// Bytes of one KiB, MiB, …; empty for no unit of ours.
std::optional<double> bytes_of_unit(std::string_view unit);
// Milliseconds of one y, w, d, h, m, s, ms.
std::optional<std::int64_t> milliseconds_of_unit(std::string_view unit);
// The unit of ours that was meant by MB, gb, sec, mins, …; empty if none is near.
std::string_view meant_bytes_unit(std::string_view unit);
std::string_view meant_time_unit(std::string_view unit);

}  // namespace hotspot::rules
