// The mode that applies: the most careful of the rule's and the cluster's, and any hold.
#pragma once

#include <string>

#include "actuator/client/status_record.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::ctl {

// "enforce"; "recommend (the rule says enforce, the cluster recommends)"; "observe (…); the cluster is paused by ada".
// Without a status: "enforce, as far as the rule says (nobody has led this cluster yet)".
std::string effective_mode_text(const rules::Rule& rule, const client::StatusRecord& record);
// "observe", "recommend", "enforce"; the rule's mode if there is no status.
std::string effective_mode(const rules::Rule& rule, const client::StatusRecord& record);

}  // namespace hotspot::ctl
