#include "collectd-plugin/node_facts.h"

#include <cstring>
#include <pugixml.hpp>
#include <string_view>
#include <vector>

namespace hotspot::collector {

Result<telemetry::NodeSample> read_node_facts(virConnectPtr connection) {
  telemetry::NodeSample node;
  const virt::TextHandle capabilities(virConnectGetCapabilities(connection));
  if (!capabilities) return Error{"the node's capabilities cannot be read: " + virt::last_error_text()};
  pugi::xml_document document;
  document.load_string(capabilities.get());
  const pugi::xml_node host = document.child("capabilities").child("host");
  node.uuid = host.child("uuid").text().get();
  node.cpu_model = host.child("cpu").child("model").text().get();
  node.arch = host.child("cpu").child("arch").text().get();
  if (const char* type = virConnectGetType(connection)) node.hypervisor = type;
  const virt::TextHandle name(virConnectGetHostname(connection));
  if (name) node.name = name.get();
  virNodeInfo info{};
  if (virNodeGetInfo(connection, &info) != 0)
    return Error{"the node's size cannot be read: " + virt::last_error_text()};
  node.cpus = static_cast<int>(info.cpus);
  node.memory_bytes = static_cast<std::int64_t>(info.memory) * kKibibyte;
  if (node.cpu_model.empty()) node.cpu_model.assign(info.model, strnlen(info.model, sizeof info.model));
  if (node.uuid.empty()) node.uuid = node.name;  // the test driver has none
  for (const pugi::xml_node& cell : host.child("topology").child("cells").children("cell")) {
    telemetry::NumaCell numa;
    numa.cell = cell.attribute("id").as_int();
    numa.memory_bytes = cell.child("memory").text().as_llong() * kKibibyte;
    numa.cpus = cell.child("cpus").attribute("num").as_int();
    node.numa_cells.push_back(numa);
  }
  return node;
}

// libvirt first returns the number of values, and refuses any other number.
void read_node_cpu(virConnectPtr connection, NodeReading& node) {
  int count = 0;
  if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, nullptr, &count, 0) != 0) return;
  std::vector<virNodeCPUStats> stats(static_cast<std::size_t>(count));
  if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, stats.data(), &count, 0) != 0) return;
  for (const virNodeCPUStats& one : stats) {
    const std::string_view field = one.field;
    if (field == VIR_NODE_CPU_STATS_USER) node.cpu_user_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_KERNEL) node.cpu_system_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_IDLE) node.cpu_idle_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_IOWAIT) node.cpu_iowait_ns = one.value;
  }
}

void read_node_memory(virConnectPtr connection, telemetry::NodeSample& node) {
  int count = 0;
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, nullptr, &count, 0) != 0) return;
  std::vector<virNodeMemoryStats> stats(static_cast<std::size_t>(count));
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats.data(), &count, 0) != 0) return;
  std::int64_t available = 0;
  for (const virNodeMemoryStats& one : stats) {
    const std::string_view field = one.field;
    const auto bytes = static_cast<std::int64_t>(one.value) * kKibibyte;
    if (field == VIR_NODE_MEMORY_STATS_TOTAL) node.memory_bytes = bytes;
    if (field == VIR_NODE_MEMORY_STATS_FREE) node.memory_free_bytes = bytes;
    if (field != VIR_NODE_MEMORY_STATS_TOTAL) available += bytes;
  }
  // Free memory, buffers and page cache: close to the kernel's MemAvailable, if the kernel cannot be asked.
  if (count > 0) node.memory_available_bytes = available;
  unsigned long long free = 0;
  for (telemetry::NumaCell& cell : node.numa_cells) {
    if (virNodeGetCellsFreeMemory(connection, &free, cell.cell, 1) == 1)
      cell.memory_free_bytes = static_cast<std::int64_t>(free);
  }
}

}  // namespace hotspot::collector
