// Does the reason for an action still exist? Checked until the action has begun.
//
// PURE.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/cluster.h"
#include "actuator/rules/firing.h"

namespace hotspot::loop {

// The sentence with which the action is let go; empty: it holds, or nothing but the action's end says that it does not:
// roll-backs, and moves away from a node that an operator wants empty. `firings`: those that fire now.
std::optional<std::string> why_over(const model::Action& action, const std::vector<rules::Firing>& firings,
                                    const model::Cluster& cluster);

}  // namespace hotspot::loop
