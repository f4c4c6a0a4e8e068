// Parses the quantities of rule files: those of common/text, with problems that get a caret, and "3 of 5".
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

Parsed<Milliseconds> parse_duration(std::string_view text);  // as in Prometheus
Parsed<std::int64_t> parse_bytes(std::string_view text);
Parsed<double> parse_ratio(std::string_view text);  // "10%", from 0 to 1
Parsed<int> parse_whole_number(std::string_view text);
Parsed<ForClause> parse_for(std::string_view text);  // a duration, or a number of samples: "3 of 5"

}  // namespace hotspot::rules
