// Writes and reads what came of an order. PURE.
#pragma once

#include <nlohmann/json.hpp>

#include "actuator/record/ordered.h"

namespace hotspot::record {

nlohmann::json json_of(const Ordered& ordered);
// Tolerant: what is not understood is left out.
Ordered ordered_from_json(const nlohmann::json& object);

}  // namespace hotspot::record
