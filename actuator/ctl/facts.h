// Prints facts about one thing: one name and value per line; as JSON an object.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// "leader       hotspotd@h1:4711, token 7": made visible, coloured by its name, wrapped below the value.
void fact(const std::string& name, const std::string& value);

// Formats a firing, an action under way or a hold from the status: lines of `status` and of `show`.
std::string firing_text(const nlohmann::json& firing);
std::string in_flight_text(const nlohmann::json& action);
std::string hold_text(const nlohmann::json& hold);    // "domain web1 by ada until …: backup (hold 1)"
std::string pause_text(const nlohmann::json& pause);  // "by ada until …: storage; hotspotctl mode resume"
std::string drain_left_text(const nlohmann::json& drain);
bool is_pause(const nlohmann::json& hold);

}  // namespace hotspot::ctl
