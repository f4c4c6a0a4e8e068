// What an expression says about its series that cannot be meant: marks in another unit, rates of what is no counter,
// windows without samples.
//
// PURE. Private to the checker.
#pragma once

#include <vector>

#include "actuator/rules/expression.h"

namespace hotspot::rules {

// Appends warnings; and an error for a subquery with more steps than an evaluation may have. The expression is checked.
void warn_of_units(const Expression& expression, std::vector<TextProblem>& problems);

}  // namespace hotspot::rules
