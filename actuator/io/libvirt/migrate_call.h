// The libvirt call that migrates a domain. For the *.cc of this folder only.
#pragma once

#include <string>

#include "actuator/io/libvirt/domain.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// Live and peer to peer; a persistent definition moves along. Blocks until the domain has moved (0) or the call has
// failed.
Result<int, ports::CallError> migrate_now(const LibvirtDomain& domain, const std::string& target_uri,
                                          const ports::MigrationOptions& options);

}  // namespace hotspot::io
