#include "actuator/model/series_catalog.h"

#include <algorithm>
#include <array>

#include "actuator/model/load.h"

namespace hotspot::model {
namespace {

using Value = std::optional<double>;

template <typename T>
Value number(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

// For values that a snapshot always has; 0 in snapshots made from history, which does not know them.
template <typename T>
Value if_known(T value) {
  return value > 0 ? Value(static_cast<double>(value)) : std::nullopt;
}

const NodeSample& node_of(const Reading& r) { return r.node.snapshot->node; }

Value share_of_node(const Reading& r) {
  const Value cores = domain_cores_used(*r.domain);
  if (!cores || node_of(r).cpus < 1) return std::nullopt;
  return *cores / node_of(r).cpus;
}

Value swap_used(const NodeSample& node) {
  if (!node.swap_bytes || !node.swap_free_bytes || *node.swap_bytes <= 0) return std::nullopt;
  return 1 - static_cast<double>(*node.swap_free_bytes) / static_cast<double>(*node.swap_bytes);
}

// All links together; empty if one was not measured, or if there is none.
Value over_links(const NodeSample& node, telemetry::Measured telemetry::LinkSample::*rate) {
  double sum = 0;
  for (const telemetry::LinkSample& link : node.links) {
    if (!(link.*rate)) return std::nullopt;
    sum += *(link.*rate);
  }
  return node.links.empty() ? std::nullopt : Value(sum);
}

Value link_speed(const NodeSample& node) {
  const Value bits = over_links(node, &telemetry::LinkSample::speed_bits_per_second);
  return bits ? Value(*bits / 8) : std::nullopt;
}

Value running_domains(const Reading& r) {
  const auto& domains = r.node.snapshot->domains;
  return static_cast<double>(std::count_if(domains.begin(), domains.end(), is_running));
}

Value gap_ratio(const Node& node) {
  return static_cast<double>(node.missed) / static_cast<double>(node.missed + node.samples);
}

// Sorted by name; a test checks it.
constexpr std::array kReaders = std::to_array<SeriesReader>({
    // clang-format off
    {{"cluster_imbalance_ratio", Scope::kResource, Unit::kRatio, "derived",
      "Standard deviation over the nodes of the used share of one resource."},
     Device::kNone, false, nullptr},
    {{"cluster_nodes_needed", Scope::kCluster, Unit::kCount, "derived",
      "Nodes that the present demand needs at least, with the margins."},
     Device::kNone, false, nullptr},
    {{"domain_block_flush_ops_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt block.N.fl.reqs",
      "Requests with which one disk is flushed."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->flush_ops_per_second; }},
    {{"domain_block_read_bytes_per_second", Scope::kDevice, Unit::kBytesPerSecond, "libvirt block.N.rd.bytes",
      "Bytes that one disk reads."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->read_bytes_per_second; }},
    {{"domain_block_read_latency_seconds", Scope::kDevice, Unit::kSeconds, "libvirt block.N.rd.times, rd.reqs",
      "Mean time of a read of one disk; absent while nothing is read."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->read_latency_seconds; }},
    {{"domain_block_read_ops_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt block.N.rd.reqs",
      "Requests with which one disk reads."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->read_ops_per_second; }},
    {{"domain_block_write_bytes_per_second", Scope::kDevice, Unit::kBytesPerSecond, "libvirt block.N.wr.bytes",
      "Bytes that one disk writes."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->write_bytes_per_second; }},
    {{"domain_block_write_latency_seconds", Scope::kDevice, Unit::kSeconds, "libvirt block.N.wr.times, wr.reqs",
      "Mean time of a write of one disk; absent while nothing is written."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->write_latency_seconds; }},
    {{"domain_block_write_ops_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt block.N.wr.reqs",
      "Requests with which one disk writes."},
     Device::kDisk, false, [](const Reading& r) -> Value { return r.disk->write_ops_per_second; }},
    {{"domain_cpu_node_ratio", Scope::kDomain, Unit::kRatio, "libvirt cpu.time",
      "CPU time used by all its threads, of the time of all CPUs of the node."},
     Device::kNone, false, [](const Reading& r) -> Value { return share_of_node(r); }},
    {{"domain_cpu_ratio", Scope::kDomain, Unit::kRatio, "libvirt vcpu.N.time",
      "CPU time that its vCPUs used, of the time of all of them."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->cpu_ratio; }},
    {{"domain_cpu_steal_ratio", Scope::kDomain, Unit::kRatio, "libvirt vcpu.N.delay",
      "Share of time in which its vCPUs could run but did not, mean over the vCPUs."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->cpu_steal_ratio; }},
    {{"domain_cpu_system_ratio", Scope::kDomain, Unit::kRatio, "libvirt cpu.system",
      "CPU time in system mode, of the time of all its vCPUs."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->cpu_system_ratio; }},
    {{"domain_cpu_user_ratio", Scope::kDomain, Unit::kRatio, "libvirt cpu.user",
      "CPU time in user mode, of the time of all its vCPUs."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->cpu_user_ratio; }},
    {{"domain_dirty_bytes_per_second", Scope::kDomain, Unit::kBytesPerSecond, "libvirt dirtyrate",
      "Memory that the guest rewrites; measured only when asked for."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->dirty_bytes_per_second; }},
    {{"domain_job_remaining_bytes", Scope::kDomain, Unit::kBytes, "libvirt job data_remaining",
      "What the migration or other job that is under way has left to do."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->job_remaining_bytes); }},
    {{"domain_major_faults_per_second", Scope::kDomain, Unit::kPerSecond, "libvirt balloon.major_fault",
      "Page faults of the guest that needed a disk."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->major_faults_per_second; }},
    {{"domain_memory_available_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.available",
      "Memory that the guest itself sees in all."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_available_bytes); }},
    {{"domain_memory_balloon_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.current",
      "Memory that the guest may use now, what is plugged in included."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_balloon_bytes); }},
    {{"domain_memory_balloon_max_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.maximum",
      "Memory that the guest can have in all: the balloon's limit, and the sizes of its memory devices."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_balloon_max_bytes); }},
    {{"domain_memory_rss_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.rss",
      "Resident memory of the QEMU process on the node."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_rss_bytes); }},
    {{"domain_memory_unused_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.unused",
      "Memory that the guest itself has free."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_unused_bytes); }},
    {{"domain_memory_usable_bytes", Scope::kDomain, Unit::kBytes, "libvirt balloon.usable",
      "Memory that the guest could use without swapping."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->memory_usable_bytes); }},
    {{"domain_memory_used_ratio", Scope::kDomain, Unit::kRatio, "libvirt balloon.usable, balloon.available",
      "Share of its memory that the guest uses, by its own view: 1 − usable ÷ available."},
     Device::kNone, false, [](const Reading& r) -> Value { return domain_memory_used_ratio(*r.domain); }},
    {{"domain_minor_faults_per_second", Scope::kDomain, Unit::kPerSecond, "libvirt balloon.minor_fault",
      "Page faults of the guest that did not need a disk."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->minor_faults_per_second; }},
    {{"domain_net_receive_bytes_per_second", Scope::kDevice, Unit::kBytesPerSecond, "libvirt net.N.rx.bytes",
      "Bytes that one interface of the guest receives."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->receive_bytes_per_second; }},
    {{"domain_net_receive_drops_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.rx.drop",
      "Packets dropped as one interface of the guest receives."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->receive_drops_per_second; }},
    {{"domain_net_receive_errors_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.rx.errs",
      "Errors as one interface of the guest receives."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->receive_errors_per_second; }},
    {{"domain_net_receive_packets_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.rx.pkts",
      "Packets that one interface of the guest receives."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->receive_packets_per_second; }},
    {{"domain_net_transmit_bytes_per_second", Scope::kDevice, Unit::kBytesPerSecond, "libvirt net.N.tx.bytes",
      "Bytes that one interface of the guest sends."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->transmit_bytes_per_second; }},
    {{"domain_net_transmit_drops_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.tx.drop",
      "Packets dropped as one interface of the guest sends."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->transmit_drops_per_second; }},
    {{"domain_net_transmit_errors_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.tx.errs",
      "Errors as one interface of the guest sends."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->transmit_errors_per_second; }},
    {{"domain_net_transmit_packets_per_second", Scope::kDevice, Unit::kPerSecond, "libvirt net.N.tx.pkts",
      "Packets that one interface of the guest sends."},
     Device::kInterface, false, [](const Reading& r) -> Value { return r.interface->transmit_packets_per_second; }},
    {{"domain_net_used_ratio", Scope::kDomain, Unit::kRatio, "derived",
      "What all its interfaces send, or receive if that is more, ÷ the speed of the node's fastest link."},
     Device::kNone, false, [](const Reading& r) -> Value { return domain_net_used_ratio(*r.domain, node_of(r)); }},
    {{"domain_swap_in_bytes_per_second", Scope::kDomain, Unit::kBytesPerSecond, "libvirt balloon.swap_in",
      "What the guest reads back from its swap."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->swap_in_bytes_per_second; }},
    {{"domain_swap_out_bytes_per_second", Scope::kDomain, Unit::kBytesPerSecond, "libvirt balloon.swap_out",
      "What the guest writes to its swap."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.domain->swap_out_bytes_per_second; }},
    {{"domain_vcpu_ratio", Scope::kVcpu, Unit::kRatio, "libvirt vcpu.N.time",
      "CPU time that one vCPU used."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.vcpu->cpu_ratio; }},
    {{"domain_vcpu_steal_ratio", Scope::kVcpu, Unit::kRatio, "libvirt vcpu.N.delay",
      "Share of time in which one vCPU could run but did not."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.vcpu->steal_ratio; }},
    {{"domain_vcpu_wait_ratio", Scope::kVcpu, Unit::kRatio, "libvirt vcpu.N.wait",
      "Share of time that the kernel counts as waiting (wait_sum), where it keeps that."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.vcpu->wait_ratio; }},
    {{"domain_vcpus", Scope::kDomain, Unit::kCount, "libvirt vcpu.current",
      "vCPUs that it has now."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->vcpus); }},
    {{"domain_vcpus_max", Scope::kDomain, Unit::kCount, "libvirt vcpu.maximum",
      "vCPUs that it may have."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(r.domain->vcpus_max); }},
    {{"domain_volume", Scope::kDomain, Unit::kCount, "derived",
      "Sandpiper volume: product of 1 ÷ (1 − u) over CPU, network and memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return domain_volume(*r.domain, node_of(r)); }},
    {{"domain_vsr", Scope::kDomain, Unit::kCount, "derived",
      "Sandpiper volume per GiB of memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return domain_vsr(*r.domain, node_of(r)); }},
    {{"node_cpu_domains_ratio", Scope::kNode, Unit::kRatio, "libvirt cpu.time",
      "CPU time used by its active domains, of all CPUs."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_domains_ratio; }},
    {{"node_cpu_iowait_ratio", Scope::kNode, Unit::kRatio, "virNodeGetCPUStats",
      "Share of time in which a CPU was idle and waited for I/O."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_iowait_ratio; }},
    {{"node_cpu_ratio", Scope::kNode, Unit::kRatio, "virNodeGetCPUStats",
      "CPU time used by anything, of all CPUs: neither idle nor waiting for I/O."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_ratio; }},
    {{"node_cpu_steal_ratio", Scope::kNode, Unit::kRatio, "/proc/stat",
      "CPU time that the node, itself a guest, was not given."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_steal_ratio; }},
    {{"node_cpu_system_ratio", Scope::kNode, Unit::kRatio, "virNodeGetCPUStats",
      "CPU time in system mode."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_system_ratio; }},
    {{"node_cpu_user_ratio", Scope::kNode, Unit::kRatio, "virNodeGetCPUStats",
      "CPU time in user mode."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).cpu_user_ratio; }},
    {{"node_cpus", Scope::kNode, Unit::kCount, "virNodeGetInfo",
      "CPUs of the node."},
     Device::kNone, false, [](const Reading& r) -> Value { return if_known(node_of(r).cpus); }},
    {{"node_domains", Scope::kNode, Unit::kCount, "libvirt",
      "Running domains."},
     Device::kNone, false, [](const Reading& r) -> Value { return running_domains(r); }},
    {{"node_drain_requested", Scope::kNode, Unit::kCount, "hotspotctl node drain",
      "1 if an operator wants the node empty, otherwise 0."},
     Device::kNone, false, [](const Reading& r) -> Value { return r.node.drain_requested ? 1 : 0; }},
    {{"node_huge_pages_free_bytes", Scope::kNode, Unit::kBytes, "/proc/meminfo",
      "Huge pages of the default size that nothing uses."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(node_of(r).huge_pages_free_bytes); }},
    {{"node_ksm_saved_bytes", Scope::kNode, Unit::kBytes, "/sys/kernel/mm/ksm",
      "Memory that kernel same-page merging saves."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(node_of(r).ksm_saved_bytes); }},
    {{"node_load_15m", Scope::kNode, Unit::kCount, "/proc/loadavg",
      "Load average over fifteen minutes."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).load_15m; }},
    {{"node_load_1m", Scope::kNode, Unit::kCount, "/proc/loadavg",
      "Load average over one minute."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).load_1m; }},
    {{"node_load_5m", Scope::kNode, Unit::kCount, "/proc/loadavg",
      "Load average over five minutes."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).load_5m; }},
    {{"node_memory_available_bytes", Scope::kNode, Unit::kBytes, "/proc/meminfo",
      "Memory that could be used without swapping."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(node_of(r).memory_available_bytes); }},
    {{"node_memory_bytes", Scope::kNode, Unit::kBytes, "virNodeGetMemoryStats",
      "Memory of the node."},
     Device::kNone, false, [](const Reading& r) -> Value { return if_known(node_of(r).memory_bytes); }},
    {{"node_memory_free_bytes", Scope::kNode, Unit::kBytes, "virNodeGetMemoryStats",
      "Memory that nothing uses."},
     Device::kNone, false, [](const Reading& r) -> Value { return number(node_of(r).memory_free_bytes); }},
    {{"node_memory_used_ratio", Scope::kNode, Unit::kRatio, "derived",
      "1 − available ÷ memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_memory_used_ratio(node_of(r)); }},
    {{"node_net_receive_bytes_per_second", Scope::kNode, Unit::kBytesPerSecond, "/proc/net/dev",
      "Bytes that the links of the node to the world receive."},
     Device::kNone, false, [](const Reading& r) -> Value { return over_links(node_of(r), &telemetry::LinkSample::receive_bytes_per_second); }},
    {{"node_net_speed_bytes_per_second", Scope::kNode, Unit::kBytesPerSecond, "/sys/class/net/DEVICE/speed",
      "Bytes that the links of the node to the world could carry, each way."},
     Device::kNone, false, [](const Reading& r) -> Value { return link_speed(node_of(r)); }},
    {{"node_net_transmit_bytes_per_second", Scope::kNode, Unit::kBytesPerSecond, "/proc/net/dev",
      "Bytes that the links of the node to the world send."},
     Device::kNone, false, [](const Reading& r) -> Value { return over_links(node_of(r), &telemetry::LinkSample::transmit_bytes_per_second); }},
    {{"node_net_used_ratio", Scope::kNode, Unit::kRatio, "derived",
      "Of the links to the world, the busiest: its busier direction ÷ its speed; absent where no speed is known."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_net_used_ratio(node_of(r)); }},
    {{"node_pressure_cpu_some_ratio", Scope::kNode, Unit::kRatio, "/proc/pressure/cpu",
      "Share of time in which some tasks waited for a CPU."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).pressure.cpu_some_ratio; }},
    {{"node_pressure_io_full_ratio", Scope::kNode, Unit::kRatio, "/proc/pressure/io",
      "Share of time in which all tasks waited for I/O."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).pressure.io_full_ratio; }},
    {{"node_pressure_io_some_ratio", Scope::kNode, Unit::kRatio, "/proc/pressure/io",
      "Share of time in which some tasks waited for I/O."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).pressure.io_some_ratio; }},
    {{"node_pressure_memory_full_ratio", Scope::kNode, Unit::kRatio, "/proc/pressure/memory",
      "Share of time in which all tasks waited for memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).pressure.memory_full_ratio; }},
    {{"node_pressure_memory_some_ratio", Scope::kNode, Unit::kRatio, "/proc/pressure/memory",
      "Share of time in which some tasks waited for memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).pressure.memory_some_ratio; }},
    {{"node_swap_in_bytes_per_second", Scope::kNode, Unit::kBytesPerSecond, "/proc/vmstat",
      "What the node reads back from its swap."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).swap_in_bytes_per_second; }},
    {{"node_swap_out_bytes_per_second", Scope::kNode, Unit::kBytesPerSecond, "/proc/vmstat",
      "What the node writes to its swap."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_of(r).swap_out_bytes_per_second; }},
    {{"node_swap_used_ratio", Scope::kNode, Unit::kRatio, "/proc/meminfo",
      "Share of the swap that is in use."},
     Device::kNone, false, [](const Reading& r) -> Value { return swap_used(node_of(r)); }},
    {{"node_volume", Scope::kNode, Unit::kCount, "derived",
      "Sandpiper volume: product of 1 ÷ (1 − u) over CPU, network and memory."},
     Device::kNone, false, [](const Reading& r) -> Value { return node_volume(node_of(r)); }},
    {{"snapshot_age_seconds", Scope::kNode, Unit::kSeconds, "the snapshot itself",
      "Time since the newest snapshot of the node was taken."},
     Device::kNone, true, [](const Reading& r) -> Value { return to_seconds(age(r.node, r.now)); }},
    {{"snapshot_gap_ratio", Scope::kNode, Unit::kRatio, "the snapshot itself",
      "Share of the snapshots of the node that were lost on the way, since hotspotd knows it."},
     Device::kNone, true, [](const Reading& r) -> Value { return gap_ratio(r.node); }},
    // clang-format on
});

}  // namespace

std::span<const SeriesReader> series_readers() { return kReaders; }

}  // namespace hotspot::model
