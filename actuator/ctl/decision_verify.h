// hotspotctl decision verify: whether the decisions in Redis are those that hotspotd recorded.
#pragma once

#include <string>

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// head: "NUMBER:HASH" of a decision that must be among them, as the log has it; empty: none. kFailed: there is a break,
// or what a decision was made from was changed, or cannot be checked; kNothing: there is none, but the decision of
// `head` has been trimmed.
int decision_verify(Session& session, const std::string& head);

void add_decision_verify(CLI::App& decision, Parsed& parsed);

}  // namespace hotspot::ctl
