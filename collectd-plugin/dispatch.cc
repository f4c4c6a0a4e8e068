#include "collectd-plugin/dispatch.h"

#include <algorithm>

namespace hotspot::collector {
namespace {

// types.db lets `percent` go up to 100.1; QEMU's own threads can take a domain above its vCPUs' share.
double percent(double ratio) { return std::min(ratio * 100, 100.0); }

class Lists {
 public:
  explicit Lists(std::vector<ValueList>& out) : out_(out) {}

  void begin(std::string host, std::string plugin, std::string plugin_instance) {
    host_ = std::move(host);
    plugin_ = std::move(plugin);
    plugin_instance_ = std::move(plugin_instance);
  }

  void gauge(const char* type, const std::string& instance, telemetry::Measured value) {
    if (value) add(type, instance, {*value});
  }
  void gauge(const char* type, const std::string& instance, telemetry::MeasuredBytes value) {
    if (value) add(type, instance, {static_cast<double>(*value)});
  }
  void gauge_count(const char* type, const std::string& instance, Count value) {
    if (value) add(type, instance, {static_cast<double>(*value)});
  }
  void counter(const char* type, const std::string& instance, Count value) {
    if (value) add(type, instance, {static_cast<std::int64_t>(*value)});
  }
  void counters(const char* type, const std::string& instance, Count first, Count second) {
    if (first && second) add(type, instance, {static_cast<std::int64_t>(*first), static_cast<std::int64_t>(*second)});
  }
  void add(const char* type, const std::string& instance, std::vector<Value> values) {
    out_.push_back({host_, plugin_, plugin_instance_, type, instance, std::move(values)});
  }

 private:
  std::vector<ValueList>& out_;
  std::string host_, plugin_, plugin_instance_;
};

std::string field_text(HostField field, const DomainReading& domain) {
  switch (field) {
    case HostField::kName:
      return domain.name;
    case HostField::kUuid:
      return domain.uuid;
    case HostField::kHostname:
      return "";
  }
  return "";
}

std::string plugin_instance(const PluginConfig& config, const DomainReading& domain) {
  std::string text;
  for (const HostField field : config.plugin_instance) text += (text.empty() ? "" : ":") + field_text(field, domain);
  return text;
}

Count in_ms(Count ns) { return ns ? Count(*ns / 1'000'000) : ns; }

void add_memory(const DomainReading& domain, Lists& lists) {
  lists.gauge("memory", "total", domain.balloon_bytes);  // what virDomainGetInfo calls the memory in use
  lists.gauge("memory", "actual_balloon", domain.balloon_bytes);
  lists.gauge("memory", "available", domain.available_bytes);
  lists.gauge("memory", "unused", domain.unused_bytes);
  lists.gauge("memory", "usable", domain.usable_bytes);
  lists.gauge("memory", "rss", domain.rss_bytes);
  lists.gauge("memory", "disk_caches", domain.disk_caches_bytes);
  lists.counter("swap_io", "in", domain.swap_in_bytes);
  lists.counter("swap_io", "out", domain.swap_out_bytes);
  lists.counters("ps_pagefaults", "", domain.minor_faults, domain.major_faults);
}

void add_devices(const DomainReading& domain, const PluginConfig& config, Lists& lists) {
  for (const DiskReading& disk : domain.disks) {
    if (!config.block_devices.reports_device(domain.name, disk.device)) continue;
    lists.counters("disk_ops", disk.device, disk.read_ops, disk.write_ops);
    lists.counters("disk_octets", disk.device, disk.read_bytes, disk.write_bytes);
    lists.counters("disk_time", disk.device, in_ms(disk.read_ns), in_ms(disk.write_ns));
    lists.counter("total_requests", "flush-" + disk.device, disk.flush_ops);
    lists.counter("total_time_in_ms", "flush-" + disk.device, in_ms(disk.flush_ns));
    lists.gauge_count("disk_allocation", disk.device, disk.allocation_bytes);
    lists.gauge_count("disk_capacity", disk.device, disk.capacity_bytes);
    lists.gauge_count("disk_physical", disk.device, disk.physical_bytes);
  }
  for (const InterfaceReading& one : domain.interfaces) {
    if (!config.interface_devices.reports_device(domain.name, one.device)) continue;
    lists.counters("if_octets", one.device, one.receive_bytes, one.transmit_bytes);
    lists.counters("if_packets", one.device, one.receive_packets, one.transmit_packets);
    lists.counters("if_errors", one.device, one.receive_errors, one.transmit_errors);
    lists.counters("if_dropped", one.device, one.receive_drops, one.transmit_drops);
  }
}

void add_domain(const DomainReading& domain, const telemetry::DomainSample& sample, int node_cpus,
                const PluginConfig& config, Lists& lists) {
  lists.add("domain_state", "", {static_cast<double>(domain.state), static_cast<double>(domain.state_reason)});
  lists.counter("virt_cpu_total", "", domain.cpu_ns);
  for (const VcpuReading& vcpu : domain.vcpu_readings)
    lists.counter("virt_vcpu", std::to_string(vcpu.vcpu), vcpu.time_ns);
  lists.counters("ps_cputime", "", domain.cpu_user_ns, domain.cpu_system_ns);
  if (sample.cpu_cores && node_cpus > 0) {
    lists.gauge("percent", "virt_cpu_total", telemetry::Measured(percent(*sample.cpu_cores / node_cpus)));
  }
  if (sample.cpu_ratio) lists.gauge("percent", "vcpus", telemetry::Measured(percent(*sample.cpu_ratio)));
  if (sample.cpu_steal_ratio) lists.gauge("percent", "steal", telemetry::Measured(percent(*sample.cpu_steal_ratio)));
  if (domain.vcpus) lists.add("gauge", "vcpus", {static_cast<double>(*domain.vcpus)});
  add_memory(domain, lists);
  add_devices(domain, config, lists);
}

void add_node(const telemetry::NodeSnapshot& snapshot, const Health& health, Lists& lists) {
  const telemetry::NodeSample& node = snapshot.node;
  const auto share = [&](const char* instance, telemetry::Measured ratio) {
    if (ratio) lists.gauge("percent", instance, telemetry::Measured(percent(*ratio)));
  };
  share("cpu", node.cpu_ratio);
  share("cpu_user", node.cpu_user_ratio);
  share("cpu_system", node.cpu_system_ratio);
  share("cpu_iowait", node.cpu_iowait_ratio);
  share("cpu_domains", node.cpu_domains_ratio);
  share("pressure_cpu", node.pressure.cpu_some_ratio);
  share("pressure_memory", node.pressure.memory_some_ratio);
  share("pressure_io", node.pressure.io_some_ratio);
  lists.gauge("memory", "free", node.memory_free_bytes);
  lists.gauge("memory", "available", node.memory_available_bytes);
  if (node.memory_available_bytes) {
    lists.gauge("memory", "used", telemetry::MeasuredBytes(node.memory_bytes - *node.memory_available_bytes));
  }
  lists.add("gauge", "domains", {static_cast<double>(snapshot.domains.size())});
  lists.gauge("duration", "read", snapshot.collector.read_seconds);
  lists.add("bytes", "snapshot", {static_cast<double>(health.snapshot_bytes)});
  lists.counter("derive", "snapshots_published", health.published);
  lists.counter("derive", "snapshots_dropped", health.dropped);
  lists.counter("derive", "redis_reconnects", health.reconnects);
  lists.counter("derive", "reads_timed_out", health.timed_out_reads);
  lists.add("gauge", "domains_timed_out", {static_cast<double>(snapshot.collector.timed_out_domains)});
}

}  // namespace

std::vector<ValueList> value_lists(const Reading& reading, const telemetry::NodeSnapshot& snapshot,
                                   const Health& health, const PluginConfig& config) {
  std::vector<ValueList> all;
  all.reserve(reading.domains.size() * 24 + 24);
  Lists lists(all);
  for (std::size_t i = 0; i < reading.domains.size(); ++i) {
    const DomainReading& domain = reading.domains[i];
    lists.begin(field_text(config.host_field, domain), config.plugin_name, plugin_instance(config, domain));
    add_domain(domain, snapshot.domains[i], snapshot.node.cpus, config, lists);
  }
  lists.begin("", "hotspot", "");
  add_node(snapshot, health, lists);
  return all;
}

WallTime time_to_store(WallTime taken_at, std::optional<WallTime> stored_before, double interval_seconds) {
  using std::chrono::seconds;
  if (!stored_before || interval_seconds < 1 || taken_at <= *stored_before) return taken_at;
  // As collectd rounds: up from the middle. std::chrono::round goes to the even second there.
  const auto rounded = [](WallTime time) { return std::chrono::floor<seconds>(time + Milliseconds(500)); };
  const auto next = rounded(*stored_before) + seconds(1);
  if (rounded(taken_at) >= next) return taken_at;
  return std::chrono::time_point_cast<Milliseconds>(next) - Milliseconds(499);
}

}  // namespace hotspot::collector
