// How test files write series and their values: `up{job="x"}` and `0+10x100 _ stale`.
//
// PURE. The notation is that of `promtool test rules` (Prometheus: docs/configuration/unit_testing_rules.md), with its
// meaning to the last bit: `a+bxn` adds b to the value before, n times, so that rounding accumulates as it does there.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/quantity.h"

namespace hotspot::rules {

// By name; the name of the series itself is under "__name__".
using SeriesLabels = std::map<std::string, std::string>;

// One value of a series, or none at that moment; `stale` is stale_marker() of store.h.
using NotedValues = std::vector<std::optional<double>>;

// `name{label="text", …}`, the name or the braces may be left out.
Parsed<SeriesLabels> parse_series(std::string_view text);
Parsed<SeriesLabels> parse_labels(std::string_view text);  // the same, and nothing at all or {} is no labels
std::string series_text(const SeriesLabels& labels);       // {a="b"}, up{job="x"}

// Items between blanks: `1`, `-2.5`, `1x3` (1 1 1 1), `0+10x2` (0 10 20), `10-1x2`, `_` (missing), `_x3`, `stale`.
Parsed<NotedValues> parse_values(std::string_view text);

// The most values that one series may expand to: 2 years of one a minute.
inline constexpr std::size_t kMaxNotedValues = 1'051'200;

}  // namespace hotspot::rules
