// Which metrics decide whether a rule's "no value" means "does not hold" or "nobody measured".
//
// PURE. Made once for a set: a rule may be made of others, and those of others again.
#pragma once

#include <vector>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// For each rule of the set the selectors of what is measured; of recorded series, what they are made of. At most 64 of
// a rule. They point into the set.
std::vector<std::vector<const Selector*>> measured_by(const RuleSet& rules);

}  // namespace hotspot::rules
