// Reads the node's figures from the kernel: memory by kind, swap, load, pressure, CPU by kind, NUMA cells, KSM.
//
// For a local connection: it needs no call to libvirt and is more detailed. Thread rule: any thread.
#pragma once

#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "telemetry/snapshot.h"

namespace hotspot::collector {

// proc_path: "/proc", or a directory with the same layout. Values that are missing there are unchanged.
void read_proc(const std::string& proc_path, telemetry::NodeSample& node);
// CPU by kind, summed as by virNodeGetCPUStats (nice into user, interrupts into system), steal, swapping.
void read_proc_counters(const std::string& proc_path, NodeReading& node);
// sys_path: "/sys", or a directory with the same layout. The free memory of each known NUMA cell, and KSM.
void read_sys(const std::string& sys_path, telemetry::NodeSample& node);

}  // namespace hotspot::collector
