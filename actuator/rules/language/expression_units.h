// Finds what cannot be meant in an expression: thresholds in another unit, rates of gauges, ranges without samples.
//
// PURE. Private to the checker.
#pragma once

#include <optional>
#include <vector>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// Appends warnings. The expression must be checked.
void warn_of_units(const Expression& expression, std::vector<TextProblem>& problems);

// Reports subqueries with more steps than an evaluation may have; empty if there are none.
std::optional<TextProblem> too_many_steps(const Expression& expression);

}  // namespace hotspot::rules
