// An action as JSON: whole, as the journal keeps it, and in short, as status, decisions and hotspotctl show it.
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "actuator/model/action.h"

namespace hotspot::record {

nlohmann::json action_json(const model::Action& action);
// None without an id, a domain UUID and a step that is known. Anybody may have written it.
std::optional<model::Action> action_from_json(const nlohmann::json& action);

// In short: id, domain, node, rule, reason and when it was planned, with the step as a sentence. No way leads back.
nlohmann::json action_summary(const model::Action& action);

}  // namespace hotspot::record
