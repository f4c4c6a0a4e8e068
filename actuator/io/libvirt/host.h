// Queries about a node itself. For the *.cc of this folder only.
#pragma once

#include <cstdint>

#include "actuator/io/libvirt/node.h"

namespace hotspot::io {

// Free memory, buffers and caches, as reported by libvirt (virNodeGetMemoryStats).
Result<std::int64_t, ports::CallError> available_memory(LibvirtNode& node);

}  // namespace hotspot::io
