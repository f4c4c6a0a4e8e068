// Converts libvirt's events about the domains of a node to ports::DomainEvent. For the *.cc of this folder only.
#pragma once

#include <libvirt/libvirt.h>

#include <functional>
#include <string>
#include <vector>

#include "actuator/ports/domain_event.h"

namespace hotspot::io {

// Returns the callbacks' ids: each holds a reference to the connection until it is deregistered. Drivers without such
// events have none. node_uuid is called at each event, from libvirt's event loop.
std::vector<int> listen_to_domains(virConnectPtr connection, const std::function<std::string()>& node_uuid,
                                   const std::function<void(const ports::DomainEvent&)>& on_event);

}  // namespace hotspot::io
