// What an expression says about its series that cannot be meant: marks in another unit, rates of what is no counter,
// windows without samples.
//
// PURE. Private to the checker.
#pragma once

#include <optional>
#include <vector>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// Appends warnings. The expression is checked.
void warn_of_units(const Expression& expression, std::vector<TextProblem>& problems);

// Its subqueries have more steps than an evaluation may have; empty if they have not.
std::optional<TextProblem> too_many_steps(const Expression& expression);

}  // namespace hotspot::rules
