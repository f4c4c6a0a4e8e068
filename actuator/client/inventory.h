// Nodes and domains as values, from the newest snapshots, the registry and what the leader says of both.
#pragma once

#include "actuator/client/client.h"
#include "actuator/client/connection.h"

namespace hotspot::client {

enum class Of { kNodes, kDomains, kBoth };
// What is not asked for is empty.
Result<Inventory> read_inventory(Connection& connection, Of of);

}  // namespace hotspot::client
