// What an expression requires of each series, if it is a conjunction of comparisons with numbers.
//
// PURE. Private to the rules and to their advice.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// The values between two bounds; a bound is included if it is closed.
struct Interval {
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  bool from_closed = true, to_closed = true;

  bool empty() const { return from > to || (from == to && !(from_closed && to_closed)); }
  Interval with(const Interval& other) const;  // the intersection
};

struct Condition {
  std::string series;  // the metric name alone
  Interval interval;
};

// By the text of the compared expression, in one line: `domain_cpu_ratio{domain="a"}`, `avg_over_time(x[5m])`. A series
// is in the result only if its value is in the interval. Parts that are not understood are ignored, so the map is never
// too narrow.
using Conditions = std::map<std::string, Condition>;
Conditions conditions_of(const Expression& expression, std::string_view text);

// The comparison with its sides exchanged: > for <.
BinaryOp mirrored(BinaryOp op);
// The value of a number, or of arithmetic with numbers: `2 * 1GiB`. Empty if it depends on time or series.
std::optional<double> constant_of(const Expression& expression);
// The values that a series can possibly have, by its unit.
Interval possible_values(const model::SeriesInfo& series);
// The one series whose value the expression returns, unchanged or as a mean, minimum or maximum over time.
const Selector* shown_series(const Expression& expression);

}  // namespace hotspot::rules
