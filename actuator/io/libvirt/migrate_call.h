// libvirt's one call that migrates a domain. For the libvirt_*.cc of this folder only.
#pragma once

#include <string>

#include "actuator/io/libvirt/domain.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// Live, peer to peer; a persistent definition follows. Blocks until the domain has moved (0) or has not.
Result<int, ports::CallError> migrate_now(const LibvirtDomain& domain, const std::string& target_uri,
                                          const ports::MigrationOptions& options);

}  // namespace hotspot::io
