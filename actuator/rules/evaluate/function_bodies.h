// What the functions of the language compute, those that look at one series alone.
//
// PURE. Any thread. language/functions.h has their names and types.
#pragma once

#include <optional>

#include "actuator/rules/evaluate/range_functions.h"
#include "actuator/rules/language/functions.h"

namespace hotspot::rules {

// One of the two, or neither for a function with `special`.
struct FunctionBody {
  std::optional<double> (*over_range)(const RangeInput&) = nullptr;  // empty: no value for this series
  double (*of_value)(double) = nullptr;  // element by element; without an argument of vector(time())
};

// Of a function that find_function() or all_functions() gave.
const FunctionBody& body_of(const Function& function);

}  // namespace hotspot::rules
