// The leader's state in short, as a value.
#pragma once

#include "actuator/client/client.h"
#include "actuator/client/connection.h"

namespace hotspot::client {

Result<Status> read_short_status(Connection& connection);

}  // namespace hotspot::client
