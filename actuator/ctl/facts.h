// Prints facts about one thing: one name and value per line; as JSON an object.
#pragma once

#include <string>

#include "actuator/ctl/session.h"
#include "actuator/record/status.h"

namespace hotspot::ctl {

// "leader       hotspotd@h1:4711, token 7": made visible, coloured by its name, wrapped below the value.
void fact(const std::string& name, const std::string& value);

// Formats a firing, an action under way or a hold from the status: lines of `status` and of `show`.
std::string firing_text(const record::Status::Firing& firing);
std::string in_flight_text(const record::Status::InFlight& entry);
std::string hold_text(const record::Status::Hold& hold);    // "domain web1 by ada until …: backup (hold 1)"
std::string pause_text(const record::Status::Hold& pause);  // "by ada until …: storage; hotspotctl mode resume"
// "since …: each of its last 3 …; hotspotctl rule trust NAME"; of a rule that has lost its right to act.
std::string lost_right_text(const record::Status::RuleTrust& trust);
// "80 % of what was predicted, the median of 3 measured actions; 2 not counted, the last because …".
std::string relief_text(const record::Status::RuleTrust& trust);
// "09:12:41  CPU of h1: 12 % predicted, 1 % measured (1-a0)".
std::string measured_text(const record::Status::Relief& one);
std::string drain_left_text(const record::Status::Drain& drain);

}  // namespace hotspot::ctl
