// What the libvirt at the other end of a connection says of its host. For the libvirt_*.cc and libvirt/*.cc alone.
//
// Asks libvirtd, and may block as long as it does.
#pragma once

#include <libvirt/libvirt.h>

#include <string>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"

namespace hotspot::io {

// An error where libvirt does not tell one of them: then nobody knows who answers. about: "h1 (qemu+tls://h1/system)".
Result<ports::NodeIdentity, ports::CallError> identity_of(virConnectPtr connection, const std::string& about);

// /capabilities/host/uuid in lower case; empty where there is none. An error where the text is no XML, or that no UUID.
Result<std::string> host_uuid_in(const std::string& capabilities);

}  // namespace hotspot::io
