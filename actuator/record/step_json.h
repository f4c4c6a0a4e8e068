// A step as JSON: "kind", and a member for each field that its kind has (model/step.h).
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "actuator/model/action.h"

namespace hotspot::record {

nlohmann::json step_json(const model::Step& step);

// A step is acted upon after a takeover, so nothing in it is guessed: none where a member is missing or mistyped, and
// none for a kind that is not known.
std::optional<model::Step> step_from_json(const nlohmann::json& step);

}  // namespace hotspot::record
