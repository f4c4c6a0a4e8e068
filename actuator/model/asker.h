// Who had an action carried out.
//
// PURE.
#pragma once

#include <string>

#include "actuator/model/action.h"

namespace hotspot::model {

// "rule WebCpuHot", "rule WebCpuHot, approved by ada", "ada, as an order", "the roll-back of 1795-1-a0".
std::string asked_by(const Action& action);

}  // namespace hotspot::model
