// The computations behind those functions of the language that use one series at a time.
//
// PURE. Thread rule: any thread. language/functions.h has their names and types.
#pragma once

#include <optional>

#include "actuator/rules/evaluate/range_functions.h"
#include "actuator/rules/language/functions.h"

namespace hotspot::rules {

// One of the two is set, or neither for a function with `special`.
struct FunctionBody {
  std::optional<double> (*over_range)(const RangeInput&) = nullptr;  // empty: no value for this series
  double (*of_value)(double) = nullptr;  // element by element; vector(time()) if there is no argument
};

// For a function returned by find_function() or all_functions().
const FunctionBody& body_of(const Function& function);

}  // namespace hotspot::rules
