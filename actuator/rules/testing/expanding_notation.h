// Parses the series of test files: `up{job="x"}`. sequence_values.h parses their values.
//
// PURE. The notation is that of `promtool test rules` (Prometheus: docs/configuration/unit_testing_rules.md).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "actuator/rules/language/quantity.h"

namespace hotspot::rules {

// By name; the name of the series itself is under "__name__".
using SeriesLabels = std::map<std::string, std::string>;

// `name{label="text", …}`; the name or the braces may be left out.
Parsed<SeriesLabels> parse_series(std::string_view text);
Parsed<SeriesLabels> parse_labels(std::string_view text);  // the same; an empty text or {} means no labels
std::string series_text(const SeriesLabels& labels);       // {a="b"}, up{job="x"}

}  // namespace hotspot::rules
