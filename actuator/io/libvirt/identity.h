// Queries the identity of the host at the other end of a connection. For the *.cc of this folder only.
//
// Calls libvirtd, and may block as long as it does.
#pragma once

#include <libvirt/libvirt.h>

#include <string>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"

namespace hotspot::io {

// An error if libvirt does not report all parts: then the host is unknown. about: "h1 (qemu+tls://h1/system)".
Result<ports::NodeIdentity, ports::CallError> identity_of(virConnectPtr connection, const std::string& about);

// /capabilities/host/uuid in lower case; empty if there is none. An error if the text is not XML, or the UUID invalid.
Result<std::string> host_uuid_in(const std::string& capabilities);

}  // namespace hotspot::io
