#include "collectd-plugin/dispatch_lists.h"
#include "telemetry/node_load.h"

namespace hotspot::collector {
namespace {

void add_node_memory(const Reading& reading, const telemetry::NodeSample& node, Lists& lists) {
  lists.gauge("memory", "free", node.memory_free_bytes);
  lists.gauge("memory", "available", node.memory_available_bytes);
  if (node.memory_available_bytes) {
    lists.gauge("memory", "used", telemetry::MeasuredBytes(node.memory_bytes - *node.memory_available_bytes));
  }
  lists.gauge("memory", "buffered", node.memory_buffers_bytes);
  lists.gauge("memory", "cached", node.memory_cached_bytes);
  lists.gauge("memory", "slab", node.memory_slab_bytes);
  if (node.huge_pages_bytes.value_or(0) > 0) {
    lists.gauge("memory", "huge_pages", node.huge_pages_bytes);
    lists.gauge("memory", "huge_pages_free", node.huge_pages_free_bytes);
  }
  lists.gauge("memory", "ksm_saved", node.ksm_saved_bytes);
  for (const telemetry::NumaCell& cell : node.numa_cells) {
    lists.gauge("memory", "numa" + std::to_string(cell.cell) + "_free", cell.memory_free_bytes);
  }
  if (node.swap_bytes && node.swap_free_bytes) {
    lists.gauge("swap", "free", node.swap_free_bytes);
    lists.gauge("swap", "used", telemetry::MeasuredBytes(*node.swap_bytes - *node.swap_free_bytes));
  }
  lists.counter("swap_io", "in", reading.node.swap_in_bytes);
  lists.counter("swap_io", "out", reading.node.swap_out_bytes);
}

void add_links(const Reading& reading, Lists& lists) {
  for (const LinkReading& link : reading.node.links) {
    lists.counters("if_octets", link.device, link.receive_bytes, link.transmit_bytes);
    lists.gauge("link_speed", link.device, link.speed_bits_per_second);
  }
}

void add_health(const telemetry::NodeSnapshot& snapshot, const Health& health, Lists& lists) {
  lists.gauge("duration", "read", snapshot.collector.read_seconds);
  lists.add("bytes", "snapshot", {static_cast<double>(health.snapshot_bytes)});
  lists.counter("derive", "snapshots_published", health.published);
  lists.counter("derive", "snapshots_dropped", health.dropped);
  lists.counter("derive", "redis_reconnects", health.reconnects);
  lists.counter("derive", "reads_timed_out", health.timed_out_reads);
  lists.add("gauge", "domains_timed_out", {static_cast<double>(snapshot.collector.timed_out_domains)});
}

}  // namespace

void add_node(const Reading& reading, const telemetry::NodeSnapshot& snapshot, const Health& health, Lists& lists) {
  const telemetry::NodeSample& node = snapshot.node;
  lists.share("cpu", node.cpu_ratio);
  lists.share("cpu_user", node.cpu_user_ratio);
  lists.share("cpu_system", node.cpu_system_ratio);
  lists.share("cpu_iowait", node.cpu_iowait_ratio);
  lists.share("cpu_steal", node.cpu_steal_ratio);
  lists.share("cpu_domains", node.cpu_domains_ratio);
  lists.share("memory", telemetry::memory_used_ratio(node));
  lists.share("net", telemetry::net_used_ratio(node));
  lists.gauge("gauge", "volume", telemetry::volume(node));
  if (node.cpus > 0) lists.add("gauge", "cpus", {static_cast<double>(node.cpus)});
  lists.share("pressure_cpu", node.pressure.cpu_some_ratio);
  lists.share("pressure_memory", node.pressure.memory_some_ratio);
  lists.share("pressure_memory_full", node.pressure.memory_full_ratio);
  lists.share("pressure_io", node.pressure.io_some_ratio);
  lists.share("pressure_io_full", node.pressure.io_full_ratio);
  if (node.load_1m && node.load_5m && node.load_15m) {
    lists.add("load", "", {*node.load_1m, *node.load_5m, *node.load_15m});
  }
  add_node_memory(reading, node, lists);
  add_links(reading, lists);
  lists.add("gauge", "domains", {static_cast<double>(snapshot.domains.size())});
  add_health(snapshot, health, lists);
}

}  // namespace hotspot::collector
