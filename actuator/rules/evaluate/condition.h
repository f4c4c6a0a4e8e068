// What an expression asks of each series, as far as it is a conjunction of comparisons with numbers.
//
// PURE. Private to the rules and to what advises on them.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// The values between two marks; a mark itself belongs to it if it is closed.
struct Interval {
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  bool from_closed = true, to_closed = true;

  bool empty() const { return from > to || (from == to && !(from_closed && to_closed)); }
  Interval with(const Interval& other) const;  // what is in both
};

struct Condition {
  std::string series;  // its name alone
  Interval interval;
};

// By the text of what is compared, in one line: `domain_cpu_ratio{domain="a"}`, `avg_over_time(x[5m])`. A series that
// is in the result only if its value is in the interval. What is not understood adds nothing: the map is never too
// narrow.
using Conditions = std::map<std::string, Condition>;
Conditions conditions_of(const Expression& expression, std::string_view text);

// The comparison that says the same with its sides exchanged: > for <.
BinaryOp mirrored(BinaryOp op);
// The value of a number, or of numbers that are reckoned with: `2 * 1GiB`. Empty where it depends on time or series.
std::optional<double> constant_of(const Expression& expression);
// The values that a series can have at all, by its unit.
Interval possible_values(const model::SeriesInfo& series);
// The one series that the expression shows a value of, unchanged or as a mean, a minimum or a maximum over time.
const Selector* shown_series(const Expression& expression);

}  // namespace hotspot::rules
