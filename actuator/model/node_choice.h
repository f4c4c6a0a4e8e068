// The one node that somebody means by a name.
//
// PURE.
#pragma once

#include <string>

#include "actuator/model/cluster.h"
#include "telemetry/result.h"

namespace hotspot::model {

// By its host UUID, or by its name where one node alone has it; a sentence otherwise. Never null; valid until the
// cluster changes.
Result<const Node*> find_one_node(const Cluster& cluster, const std::string& name);

}  // namespace hotspot::model
