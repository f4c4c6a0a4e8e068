// A domain that suffers from its own size: a move gives it nothing unless its node is what is short.
//
// PURE. Private to the planner.
#pragma once

#include <optional>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// For a firing about a domain whose rule reads nothing but the domain's use of its own vCPUs or memory: why a move
// would not cure it, and what would. Empty: the rule is about something else, the domain uses less than half of what it
// has (the rule fires because it is idle), or the node is short of that resource.
// That is so if the domain waits for CPUs (steal) or the node swaps in, if little is left below the margins, if a rule
// about the node relieves it, or if an earlier remedy in `decision` found no room on it.
std::optional<model::Refusal> own_limit_refusal(const Planning& planning, const rules::Firing& firing,
                                                const Decision& decision);

}  // namespace hotspot::plan
