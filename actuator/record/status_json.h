// Parts of the status as JSON, as programs read them from hotspotctl too.
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>

#include "actuator/record/status.h"

namespace hotspot::record {

nlohmann::json json_of(const Status::Firing& firing);
nlohmann::json json_of(const Status::InFlight& action);
nlohmann::json json_of(const Status::Hold& hold);
nlohmann::json json_of(const Status::Drain& drain);
nlohmann::json json_of(const Status::Cut& cut);
nlohmann::json json_of(const Status::TargetRefusal& refusal);
nlohmann::json json_of(const Status::Cooldown& cooldown);
nlohmann::json json_of(const Status::Rest& rest);
nlohmann::json json_of(const Status::RuleTrust& trust);

}  // namespace hotspot::record
