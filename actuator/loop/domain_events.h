// Which libvirt may tell something of a domain. PURE.
#pragma once

#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/domain_event.h"

namespace hotspot::loop {

// Of a domain the node tells on which it runs, and the one to which we move it. What any other one says is not heard:
// by an event for each domain of the cluster one libvirt could let them all rest.
bool is_of_its_node(const ports::DomainEvent& event, const model::Cluster& cluster,
                    const std::vector<plan::InFlight>& in_flight);

}  // namespace hotspot::loop
