// The state of the rules, kept for later leaders.
//
// PURE. The texts of versions before JSON are read, too.
#pragma once

#include <map>
#include <string>

#include "actuator/rules/engine/saved_states.h"
#include "telemetry/result.h"

namespace hotspot::loop {

// By name of the field of the hash `state`: record/rule_state.h.
std::map<std::string, std::string> rule_fields(rules::SavedStates saved, const rules::NodeClocks& clocks);

// From all fields of the hash; empty if none of them is of the rules' state.
Result<rules::SavedStates> saved_rules(const std::map<std::string, std::string>& fields);

}  // namespace hotspot::loop
