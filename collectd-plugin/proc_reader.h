// What the kernel itself says of the node: memory by kind, swap, load, pressure, CPU by kind, NUMA cells, KSM.
//
// For a local connection: it costs no call to libvirt, and tells more. Thread rule: any thread.
#pragma once

#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "telemetry/snapshot.h"

namespace hotspot::collector {

// proc_path: "/proc", or a folder that looks like it. What is not there stays as it is.
void read_proc(const std::string& proc_path, telemetry::NodeSample& node);
// CPU by kind, as libvirt's virNodeGetCPUStats adds it up (nice to user, interrupts to system), steal, swapping.
void read_proc_counters(const std::string& proc_path, NodeReading& node);
// sys_path: "/sys", or a folder that looks like it. The free memory of each NUMA cell that is known, and KSM.
void read_sys(const std::string& sys_path, telemetry::NodeSample& node);

}  // namespace hotspot::collector
