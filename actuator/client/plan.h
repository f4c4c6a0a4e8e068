// The recommendations that wait for an operator, and those that operators refused, from the leader's state.
#pragma once

#include "actuator/client/client.h"
#include "actuator/client/connection.h"
#include "actuator/record/recommendation.h"

namespace hotspot::client {

Result<record::Recommendations> read_recommendations(Connection& connection);
Result<Plan> read_plan(Connection& connection);

}  // namespace hotspot::client
