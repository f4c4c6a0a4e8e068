// Finds the one node that a name refers to.
//
// PURE.
#pragma once

#include <string>

#include "actuator/model/cluster.h"
#include "telemetry/result.h"

namespace hotspot::model {

// By host UUID, or by name if exactly one node has it; otherwise a sentence. Never null; valid until the cluster
// changes.
Result<const Node*> find_one_node(const Cluster& cluster, const std::string& name);

}  // namespace hotspot::model
