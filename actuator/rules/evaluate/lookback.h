// Determines how far back expressions read.
//
// PURE. Thread rule: any thread.
#pragma once

#include <map>
#include <string>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// How far an expression reads back from its time, by metric; "" for selectors without a name.
using Lookback = std::map<std::string, Milliseconds, std::less<>>;
void add_lookback(const Expression& expression, const EvaluateOptions& options, Lookback& lookback);

}  // namespace hotspot::rules
