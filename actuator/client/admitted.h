// Restricts what snapshots show to the admitted nodes, by the registry in Redis that the leader wrote.
#pragma once

#include "actuator/client/connection.h"

namespace hotspot::client {

// Accepts only snapshots of admitted nodes: by host UUID, and signed with the node's key if it has one. Replaces their
// URIs by those of the registry.
struct AdmittedSnapshots {
  record::Registry registry;
  io::RedisOperator::Newest newest;
};
Result<AdmittedSnapshots> newest_of_admitted(Connection& connection, Milliseconds window);
Result<AdmittedSnapshots> all_of_admitted(Connection& connection, Milliseconds window);

}  // namespace hotspot::client
