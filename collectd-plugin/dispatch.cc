#include "collectd-plugin/dispatch.h"

#include <algorithm>

#include "collectd-plugin/dispatch_lists.h"
#include "collectd-plugin/stored_name.h"

namespace hotspot::collector {
namespace {

Count in_ms(Count ns) { return ns ? Count(*ns / 1'000'000) : ns; }

// The name for selecting a device, which is also the name of its values.
std::string disk_key(BlockDeviceFormat format, const DiskReading& disk) {
  return format == BlockDeviceFormat::kTarget || disk.source.empty() ? disk.device : disk.source;
}

void add_memory(const DomainReading& domain, const PluginConfig& config, Lists& lists) {
  if (!domain.fresh.memory) return;
  lists.gauge("memory", "total", domain.balloon_bytes);  // virDomainGetInfo's memory in use
  if (!config.extra_stats.has(ExtraStat::kMemory)) return;
  lists.gauge("memory", "actual_balloon", domain.balloon_bytes);
  lists.gauge("memory", "max_balloon", domain.balloon_max_bytes);
  lists.gauge("memory", "available", domain.available_bytes);
  lists.gauge("memory", "unused", domain.unused_bytes);
  lists.gauge("memory", "usable", domain.usable_bytes);
  if (domain.usable_bytes && domain.available_bytes.value_or(0) > 0) {
    lists.share("memory", 1 - static_cast<double>(*domain.usable_bytes) / static_cast<double>(*domain.available_bytes));
  }
  lists.gauge("memory", "rss", domain.rss_bytes);
  lists.gauge("memory", "disk_caches", domain.disk_caches_bytes);
  lists.gauge_count("memory", "last_update", domain.memory_updated_at);
  lists.gauge_count("memory", "hugetlb_pgalloc", domain.huge_page_allocations);
  lists.gauge_count("memory", "hugetlb_pgfail", domain.huge_page_failures);
  lists.counter("swap_io", "in", domain.swap_in_bytes);
  lists.counter("swap_io", "out", domain.swap_out_bytes);
  lists.counters("ps_pagefaults", "", domain.minor_faults, domain.major_faults);
}

void add_disk(const DiskReading& disk, const std::string& name, const ExtraStats& extra, Lists& lists) {
  lists.counters("disk_ops", name, disk.read_ops, disk.write_ops);
  lists.counters("disk_octets", name, disk.read_bytes, disk.write_bytes);
  if (extra.has(ExtraStat::kDisk)) {
    lists.counters("disk_time", name, in_ms(disk.read_ns), in_ms(disk.write_ns));
    const std::string flush = stored_name("flush-" + name, Place::kWithin);
    lists.counter("total_requests", flush, disk.flush_ops);
    lists.counter("total_time_in_ms", flush, in_ms(disk.flush_ns));
  }
  if (extra.has(ExtraStat::kDiskAllocation)) lists.gauge_count("disk_allocation", name, disk.allocation_bytes);
  if (extra.has(ExtraStat::kDiskCapacity)) lists.gauge_count("disk_capacity", name, disk.capacity_bytes);
  if (extra.has(ExtraStat::kDiskPhysical)) lists.gauge_count("disk_physical", name, disk.physical_bytes);
}

void add_disks(const DomainReading& domain, const StoredDomain& names, const PluginConfig& config, Lists& lists) {
  if (config.block_devices_reported == Reporting::kNo) return;
  for (std::size_t i = 0; i < domain.disks.size(); ++i) {
    const DiskReading& disk = domain.disks[i];
    if (!config.block_devices.reports_device(domain.name, disk_key(config.block_device_format, disk))) continue;
    if (domain.fresh.disks) add_disk(disk, names.disks[i], config.extra_stats, lists);
    if (!domain.fresh.disk_errors || !config.extra_stats.has(ExtraStat::kDiskErr)) continue;
    for (const auto& [device, error] : domain.disk_errors) {
      if (device == disk.device) lists.add("disk_error", names.disks[i], {static_cast<double>(error)});
    }
  }
}

void add_interfaces(const DomainReading& domain, const StoredDomain& names, const PluginConfig& config, Lists& lists) {
  if (config.interfaces_reported == Reporting::kNo) return;
  for (std::size_t i = 0; i < domain.interfaces.size(); ++i) {
    const InterfaceReading& one = domain.interfaces[i];
    const std::string& name = names.interfaces[i];
    const std::string key = interface_name(config.interface_format, domain, one);
    if (!config.interface_devices.reports_device(domain.name, key)) continue;
    lists.counters("if_octets", name, one.receive_bytes, one.transmit_bytes);
    lists.counters("if_packets", name, one.receive_packets, one.transmit_packets);
    lists.counters("if_errors", name, one.receive_errors, one.transmit_errors);
    lists.counters("if_dropped", name, one.receive_drops, one.transmit_drops);
  }
}

void add_vcpus(const DomainReading& domain, const ExtraStats& extra, Lists& lists) {
  for (const VcpuReading& vcpu : domain.vcpu_readings) {
    const std::string number = std::to_string(vcpu.vcpu);
    if (extra.has(ExtraStat::kVcpu)) lists.counter("virt_vcpu", number, vcpu.time_ns);
    if (extra.has(ExtraStat::kVcpuDelay)) {
      lists.counter("virt_vcpu_delay", number, vcpu.delay_ns);
      lists.counter("virt_vcpu_wait", number, vcpu.wait_ns);
    }
    if (!extra.has(ExtraStat::kVcpuPin)) continue;
    for (std::size_t cpu = 0; cpu < vcpu.affinity.size(); ++cpu) {
      lists.add("cpu_affinity", "vcpu_" + number + "-cpu_" + std::to_string(cpu), {vcpu.affinity[cpu] ? 1.0 : 0.0});
    }
  }
}

// The values of one domain in a read.
struct DomainToStore {
  const DomainReading& domain;
  const telemetry::DomainSample& sample;
  const StoredDomain& names;
  int node_cpus;
};

void add_cpu(const DomainToStore& one, const ExtraStats& extra, Lists& lists) {
  const DomainReading& domain = one.domain;
  const telemetry::DomainSample& sample = one.sample;
  lists.counter("virt_cpu_total", "", domain.cpu_ns);
  if (extra.has(ExtraStat::kPcpu)) lists.counters("ps_cputime", "", domain.cpu_user_ns, domain.cpu_system_ns);
  if (extra.has(ExtraStat::kCpuUtil)) {
    if (sample.cpu_cores && one.node_cpus > 0) lists.share("virt_cpu_total", *sample.cpu_cores / one.node_cpus);
    lists.share("vcpus", sample.cpu_ratio);
  }
  if (extra.has(ExtraStat::kVcpuDelay)) lists.share("steal", sample.cpu_steal_ratio);
  if (domain.vcpus) lists.add("gauge", "vcpus", {static_cast<double>(*domain.vcpus)});
  if (domain.vcpus_max) lists.add("gauge", "vcpus_max", {static_cast<double>(*domain.vcpus_max)});
}

std::string underscored(std::string text) {
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

void add_others(const DomainReading& domain, const ExtraStats& extra, Lists& lists) {
  if (extra.has(ExtraStat::kPerf)) {
    for (const auto& [event, count] : domain.perf_events) lists.add("perf", underscored(event), {count});
  }
  if (extra.has(ExtraStat::kJobBackground) && domain.fresh.job) {
    for (const auto& [field, value] : domain.job) {
      lists.add("job_stats", field, {value});
      // A decreasing value is not suitable for a counter.
      if (field == "data_remaining") lists.add("bytes", "job_remaining", {static_cast<double>(value)});
    }
  }
}

void add_domain(const DomainToStore& one, const PluginConfig& config, Lists& lists) {
  const ExtraStats& extra = config.extra_stats;
  const DomainReading& domain = one.domain;
  if (extra.has(ExtraStat::kDomainState)) {
    lists.add("domain_state", "", {static_cast<double>(domain.state), static_cast<double>(domain.state_reason)});
  }
  add_cpu(one, extra, lists);
  add_vcpus(domain, extra, lists);
  add_interfaces(domain, one.names, config, lists);
  add_others(domain, extra, lists);
}

// Groups that are read less often, each with its own interval, so that its RRD file has the right step.
void add_slow_groups(const DomainToStore& one, const GroupSeconds& seconds, const PluginConfig& config, Lists& lists) {
  const DomainReading& domain = one.domain;
  lists.interval(seconds.memory);
  add_memory(domain, config, lists);
  lists.interval(seconds.disks);
  add_disks(domain, one.names, config, lists);
  if (domain.dirty_bytes_per_second && seconds.dirty_rate && domain.fresh.memory) {
    lists.interval(seconds.memory);
    lists.gauge("virt_dirty_rate", "", domain.dirty_bytes_per_second);
  }
}

}  // namespace

std::vector<ValueList> value_lists(const ToStore& read, const PluginConfig& config) {
  const std::vector<DomainReading>& domains = read.reading.domains;
  std::vector<ValueList> all;
  all.reserve(domains.size() * 24 + 24);
  Lists lists(all);
  const double interval_seconds = read.snapshot.interval_seconds;
  GroupSeconds seconds = group_seconds(config.groups, interval_seconds);
  for (double* one : {&seconds.memory, &seconds.disks}) {
    if (*one <= interval_seconds) *one = 0;  // at each read
  }
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const DomainToStore one{domains[i], read.snapshot.domains[i], read.names[i], read.snapshot.node.cpus};
    lists.begin(one.names.host, config.plugin_name, one.names.plugin_instance);
    add_domain(one, config, lists);
    add_slow_groups(one, seconds, config, lists);
  }
  lists.begin("", kNodePlugin, "");
  add_node(read.reading, read.snapshot, read.health, lists);
  return all;
}

WallTime time_to_store(WallTime taken_at, std::optional<WallTime> stored_before, double interval_seconds) {
  using std::chrono::seconds;
  if (!stored_before || interval_seconds < 1 || taken_at <= *stored_before) return taken_at;
  // As collectd rounds: half up. std::chrono::round would round half to even.
  const auto rounded = [](WallTime time) { return std::chrono::floor<seconds>(time + Milliseconds(500)); };
  const auto next = rounded(*stored_before) + seconds(1);
  if (rounded(taken_at) >= next) return taken_at;
  return std::chrono::time_point_cast<Milliseconds>(next) - Milliseconds(499);
}

}  // namespace hotspot::collector
