// Decides whose events about a domain are accepted. PURE.
#pragma once

#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/domain_event.h"

namespace hotspot::loop {

// The node on which the domain runs, and the one to which we move it. Events from others are ignored: otherwise one
// libvirt could make all domains of the cluster rest.
bool is_of_its_node(const ports::DomainEvent& event, const model::Cluster& cluster,
                    const std::vector<plan::InFlight>& in_flight);

}  // namespace hotspot::loop
