// Reads facts about the node from libvirt. Private to the libvirt reader: needs libvirt's types.
#pragma once

#include "collectd-plugin/hypervisor_reader.h"
#include "common/libvirt/handles.h"

namespace hotspot::collector {

// Constant while the connection lasts: names, size, CPU model, NUMA cells.
Result<telemetry::NodeSample> read_node_facts(virConnectPtr connection);
// CPU by kind and memory, if the kernel cannot be asked: another machine, another kind of hypervisor.
void read_node_cpu(virConnectPtr connection, NodeReading& node);
void read_node_memory(virConnectPtr connection, telemetry::NodeSample& node);

}  // namespace hotspot::collector
