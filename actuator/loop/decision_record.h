// A decision of the planner as it is recorded in Redis.
#pragma once

#include <string>

#include "actuator/plan/decision.h"
#include "actuator/record/decision.h"

namespace hotspot::loop {

record::Decision decision_record(const plan::Decision& decision);
std::string to_json(const plan::Decision& decision);

}  // namespace hotspot::loop
