// Nodes and domains from the newest snapshots and the registry, as JSON: the entries of `node list` and `domain list`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// All admitted nodes; those that sent nothing for an hour have no load.
Result<nlohmann::json> all_nodes(Session& session);
// All domains of admitted nodes.
Result<nlohmann::json> all_domains(Session& session);

// Both, from one read of the snapshots.
struct Inventory {
  nlohmann::json nodes, domains;
};
Result<Inventory> read_inventory(Session& session);

}  // namespace hotspot::ctl
