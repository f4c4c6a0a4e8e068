// How far back expressions look.
//
// PURE. Any thread.
#pragma once

#include <map>
#include <string>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// How far an expression looks back behind its time, by metric. Metrics selected without a name are "".
using Lookback = std::map<std::string, Milliseconds, std::less<>>;
void add_lookback(const Expression& expression, const EvaluateOptions& options, Lookback& lookback);

}  // namespace hotspot::rules
