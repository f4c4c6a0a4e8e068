// Finds the thresholds above which the rules of a set give domains more memory or vCPUs.
//
// PURE.
#pragma once

#include <vector>

#include "actuator/rules/grow_mark.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// From rules that compare domain_memory_used_ratio or domain_cpu_ratio (also as a mean or extreme over time) with a
// number and have a remedy that adds that resource. Expressions that are not understood are skipped.
std::vector<GrowMark> grow_marks(const std::shared_ptr<const RuleSet>& rules);

}  // namespace hotspot::rules
