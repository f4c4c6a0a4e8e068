// How fast a guest writes to its memory. For the libvirt_*.cc of this folder only.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/libvirt/node.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// Samples for so long and waits for the answer. kRefused where the hypervisor cannot.
Result<double, ports::CallError> sample_dirty_rate(LibvirtNode& node, const std::string& domain_uuid, int seconds);

}  // namespace hotspot::io
