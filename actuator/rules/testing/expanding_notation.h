// How test files write series: `up{job="x"}`. Their values are read by noted_values.h.
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

// `name{label="text", …}`, the name or the braces may be left out.
Parsed<SeriesLabels> parse_series(std::string_view text);
Parsed<SeriesLabels> parse_labels(std::string_view text);  // the same, and nothing at all or {} is no labels
std::string series_text(const SeriesLabels& labels);       // {a="b"}, up{job="x"}

}  // namespace hotspot::rules
