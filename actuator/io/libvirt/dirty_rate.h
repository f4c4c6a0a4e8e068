// Measures how fast a guest writes to its memory. For the *.cc of this folder only.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/libvirt/node.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// Samples for this long and waits for the result. kRefused if the hypervisor cannot do it.
Result<double, ports::CallError> sample_dirty_rate(LibvirtNode& node, const std::string& domain_uuid, int seconds);

}  // namespace hotspot::io
