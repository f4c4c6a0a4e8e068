// A decision of the planner as it is recorded in Redis.
#pragma once

#include <string>

#include "actuator/loop/input_keeper.h"
#include "actuator/plan/decision.h"
#include "actuator/record/decision.h"

namespace hotspot::loop {

// input: what it was made from.
record::Decision decision_record(const plan::Decision& decision, const InputName& input = {});
std::string to_json(const plan::Decision& decision, const InputName& input = {});

}  // namespace hotspot::loop
