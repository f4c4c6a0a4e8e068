// Finds the resources that a rule is about, by the series in its expression.
//
// PURE.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "actuator/rules/aim.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// The resource that a series of the catalogue measures. Empty: none (sizes, counts, volume, the data's own age).
std::optional<AimedAt> resource_of(std::string_view series);

// In the order of the text: each comparison of a node's used share (or available memory) with a number, as limits_of.h
// reads it. Those that `and` joins, without on() or ignoring(), are one branch. Without any, the one resource that all
// series are about, without a mark. Empty: the expression is about several resources, or none. `until` may be null.
std::vector<Aim> aims_of(const Expression& expression, const Expression* until);

}  // namespace hotspot::rules
