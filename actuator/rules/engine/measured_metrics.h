// Determines the metrics that decide whether "no value" means that a rule does not hold, or that nothing was measured.
//
// PURE. Computed once per set: a rule may use recorded series, and these may use others.
#pragma once

#include <vector>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// For each rule of the set, the selectors of measured metrics; recorded series are replaced by what they are computed
// from. At most 64 per rule. They point into the set.
std::vector<std::vector<const Selector*>> measured_by(const RuleSet& rules);

}  // namespace hotspot::rules
