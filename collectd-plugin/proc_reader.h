// What the kernel itself says of the node, for what libvirt does not tell: available memory, swap, load, pressure.
#pragma once

#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::collector {

// proc_path: "/proc", or a folder that looks like it. What is not there stays as it is.
void read_proc(const std::string& proc_path, telemetry::NodeSample& node);

}  // namespace hotspot::collector
