// The fields of the snapshot's JSON, each named once, for encoding and decoding. Private to the codec.
//
// Every function calls visit(name, pointer to member) for each field, in the order of the JSON. The names are those of
// the members: docs/snapshot.md describes them.
#pragma once

#include "telemetry/snapshot.h"

namespace hotspot::telemetry::fields {

template <typename Visit>
void of_vcpu(Visit&& visit) {
  visit("vcpu", &VcpuSample::vcpu);
  visit("cpu_ratio", &VcpuSample::cpu_ratio);
  visit("steal_ratio", &VcpuSample::steal_ratio);
  visit("wait_ratio", &VcpuSample::wait_ratio);
}

template <typename Visit>
void of_disk(Visit&& visit) {
  visit("device", &DiskSample::device);
  visit("read_bytes_per_second", &DiskSample::read_bytes_per_second);
  visit("write_bytes_per_second", &DiskSample::write_bytes_per_second);
  visit("read_ops_per_second", &DiskSample::read_ops_per_second);
  visit("write_ops_per_second", &DiskSample::write_ops_per_second);
  visit("flush_ops_per_second", &DiskSample::flush_ops_per_second);
  visit("read_latency_seconds", &DiskSample::read_latency_seconds);
  visit("write_latency_seconds", &DiskSample::write_latency_seconds);
  visit("allocation_bytes", &DiskSample::allocation_bytes);
  visit("capacity_bytes", &DiskSample::capacity_bytes);
  visit("physical_bytes", &DiskSample::physical_bytes);
}

template <typename Visit>
void of_disk_source(Visit&& visit) {
  visit("device", &DiskSource::device);
  visit("type", &DiskSource::type);
  visit("source", &DiskSource::source);
  visit("real_path", &DiskSource::real_path);
  visit("id", &DiskSource::id);
  visit("format", &DiskSource::format);
  visit("read_only", &DiskSource::read_only);
  visit("backed", &DiskSource::backed);
  visit("may_be_missing", &DiskSource::may_be_missing);
}

template <typename Visit>
void of_memory_device(Visit&& visit) {
  visit("device", &MemoryDevice::device);
  visit("model", &MemoryDevice::model);
  visit("size_bytes", &MemoryDevice::size_bytes);
  visit("requested_bytes", &MemoryDevice::requested_bytes);
  visit("current_bytes", &MemoryDevice::current_bytes);
  visit("block_bytes", &MemoryDevice::block_bytes);
}

template <typename Visit>
void of_filesystem(Visit&& visit) {
  visit("path", &Filesystem::path);
  visit("type", &Filesystem::type);
  visit("source", &Filesystem::source);
  visit("root", &Filesystem::root);
  visit("free_bytes", &Filesystem::free_bytes);
}

template <typename Visit>
void of_block_device(Visit&& visit) {
  visit("device", &BlockDevice::device);
  visit("id", &BlockDevice::id);
}

template <typename Visit>
void of_huge_page_pool(Visit&& visit) {
  visit("page_bytes", &HugePagePool::page_bytes);
  visit("pool_bytes", &HugePagePool::pool_bytes);
  visit("free_bytes", &HugePagePool::free_bytes);
}

template <typename Visit>
void of_interface(Visit&& visit) {
  visit("device", &InterfaceSample::device);
  visit("receive_bytes_per_second", &InterfaceSample::receive_bytes_per_second);
  visit("transmit_bytes_per_second", &InterfaceSample::transmit_bytes_per_second);
  visit("receive_packets_per_second", &InterfaceSample::receive_packets_per_second);
  visit("transmit_packets_per_second", &InterfaceSample::transmit_packets_per_second);
  visit("receive_errors_per_second", &InterfaceSample::receive_errors_per_second);
  visit("transmit_errors_per_second", &InterfaceSample::transmit_errors_per_second);
  visit("receive_drops_per_second", &InterfaceSample::receive_drops_per_second);
  visit("transmit_drops_per_second", &InterfaceSample::transmit_drops_per_second);
}

template <typename Visit>
void of_policy(Visit&& visit) {
  visit("mode", &Policy::mode);
  visit("vcpus_min", &Policy::vcpus_min);
  visit("vcpus_max", &Policy::vcpus_max);
  visit("memory_min_bytes", &Policy::memory_min_bytes);
  visit("memory_max_bytes", &Policy::memory_max_bytes);
  visit("group", &Policy::group);
  visit("affinity", &Policy::affinity);
  visit("anti_affinity", &Policy::anti_affinity);
  visit("priority", &Policy::priority);
  visit("storage", &Policy::storage);
}

template <typename Visit>
void of_domain(Visit&& visit) {
  visit("uuid", &DomainSample::uuid);
  visit("name", &DomainSample::name);
  visit("state", &DomainSample::state);
  visit("state_reason", &DomainSample::state_reason);
  visit("persistent", &DomainSample::persistent);
  visit("vcpus", &DomainSample::vcpus);
  visit("vcpus_max", &DomainSample::vcpus_max);
  visit("cpu_ratio", &DomainSample::cpu_ratio);
  visit("cpu_cores", &DomainSample::cpu_cores);
  visit("cpu_steal_ratio", &DomainSample::cpu_steal_ratio);
  visit("cpu_user_ratio", &DomainSample::cpu_user_ratio);
  visit("cpu_system_ratio", &DomainSample::cpu_system_ratio);
  visit("memory_balloon_bytes", &DomainSample::memory_balloon_bytes);
  visit("memory_balloon_max_bytes", &DomainSample::memory_balloon_max_bytes);
  visit("memory_rss_bytes", &DomainSample::memory_rss_bytes);
  visit("memory_available_bytes", &DomainSample::memory_available_bytes);
  visit("memory_unused_bytes", &DomainSample::memory_unused_bytes);
  visit("memory_usable_bytes", &DomainSample::memory_usable_bytes);
  visit("memory_disk_caches_bytes", &DomainSample::memory_disk_caches_bytes);
  visit("swap_in_bytes_per_second", &DomainSample::swap_in_bytes_per_second);
  visit("swap_out_bytes_per_second", &DomainSample::swap_out_bytes_per_second);
  visit("major_faults_per_second", &DomainSample::major_faults_per_second);
  visit("minor_faults_per_second", &DomainSample::minor_faults_per_second);
  visit("dirty_bytes_per_second", &DomainSample::dirty_bytes_per_second);
  visit("migration_obstacles", &DomainSample::migration_obstacles);
  visit("job_active", &DomainSample::job_active);
  visit("policy", &DomainSample::policy);
  visit("job_total_bytes", &DomainSample::job_total_bytes);
  visit("job_remaining_bytes", &DomainSample::job_remaining_bytes);
  visit("memory_max_bytes", &DomainSample::memory_max_bytes);
  visit("memory_slots", &DomainSample::memory_slots);
  visit("emulated", &DomainSample::emulated);
  visit("started_at", &DomainSample::started_at);
  visit("machine", &DomainSample::machine);
  visit("cpu_mode", &DomainSample::cpu_mode);
  visit("cpu_vendor", &DomainSample::cpu_vendor);
  visit("huge_page_bytes", &DomainSample::huge_page_bytes);
  visit("huge_pages_bytes", &DomainSample::huge_pages_bytes);
  visit("networks", &DomainSample::networks);
  visit("node_interfaces", &DomainSample::node_interfaces);
  visit("files", &DomainSample::files);
  visit("emulated_tpm", &DomainSample::emulated_tpm);
}

template <typename Visit>
void of_numa_cell(Visit&& visit) {
  visit("cell", &NumaCell::cell);
  visit("memory_bytes", &NumaCell::memory_bytes);
  visit("memory_free_bytes", &NumaCell::memory_free_bytes);
  visit("cpus", &NumaCell::cpus);
}

template <typename Visit>
void of_link(Visit&& visit) {
  visit("device", &LinkSample::device);
  visit("speed_bits_per_second", &LinkSample::speed_bits_per_second);
  visit("receive_bytes_per_second", &LinkSample::receive_bytes_per_second);
  visit("transmit_bytes_per_second", &LinkSample::transmit_bytes_per_second);
}

template <typename Visit>
void of_pressure(Visit&& visit) {
  visit("cpu_some_ratio", &Pressure::cpu_some_ratio);
  visit("memory_some_ratio", &Pressure::memory_some_ratio);
  visit("memory_full_ratio", &Pressure::memory_full_ratio);
  visit("io_some_ratio", &Pressure::io_some_ratio);
  visit("io_full_ratio", &Pressure::io_full_ratio);
}

template <typename Visit>
void of_node(Visit&& visit) {
  visit("uuid", &NodeSample::uuid);
  visit("name", &NodeSample::name);
  visit("uri", &NodeSample::uri);
  visit("hypervisor", &NodeSample::hypervisor);
  visit("cpu_model", &NodeSample::cpu_model);
  visit("arch", &NodeSample::arch);
  visit("cpus", &NodeSample::cpus);
  visit("memory_bytes", &NodeSample::memory_bytes);
  visit("memory_free_bytes", &NodeSample::memory_free_bytes);
  visit("memory_available_bytes", &NodeSample::memory_available_bytes);
  visit("memory_buffers_bytes", &NodeSample::memory_buffers_bytes);
  visit("memory_cached_bytes", &NodeSample::memory_cached_bytes);
  visit("memory_slab_bytes", &NodeSample::memory_slab_bytes);
  visit("huge_pages_bytes", &NodeSample::huge_pages_bytes);
  visit("huge_pages_free_bytes", &NodeSample::huge_pages_free_bytes);
  visit("ksm_saved_bytes", &NodeSample::ksm_saved_bytes);
  visit("swap_bytes", &NodeSample::swap_bytes);
  visit("swap_free_bytes", &NodeSample::swap_free_bytes);
  visit("swap_in_bytes_per_second", &NodeSample::swap_in_bytes_per_second);
  visit("swap_out_bytes_per_second", &NodeSample::swap_out_bytes_per_second);
  visit("cpu_ratio", &NodeSample::cpu_ratio);
  visit("cpu_user_ratio", &NodeSample::cpu_user_ratio);
  visit("cpu_system_ratio", &NodeSample::cpu_system_ratio);
  visit("cpu_iowait_ratio", &NodeSample::cpu_iowait_ratio);
  visit("cpu_steal_ratio", &NodeSample::cpu_steal_ratio);
  visit("cpu_domains_ratio", &NodeSample::cpu_domains_ratio);
  visit("load_1m", &NodeSample::load_1m);
  visit("load_5m", &NodeSample::load_5m);
  visit("load_15m", &NodeSample::load_15m);
  visit("pressure", &NodeSample::pressure);
  visit("numa_cells", &NodeSample::numa_cells);
  visit("links", &NodeSample::links);
  visit("filesystems", &NodeSample::filesystems);
  visit("block_devices", &NodeSample::block_devices);
  visit("huge_page_pools", &NodeSample::huge_page_pools);
  visit("networks", &NodeSample::networks);
  visit("interfaces", &NodeSample::interfaces);
  visit("machine_types", &NodeSample::machine_types);
  visit("cpu_vendor", &NodeSample::cpu_vendor);
  visit("cpu_features", &NodeSample::cpu_features);
  visit("emulated_tpm", &NodeSample::emulated_tpm);
}

template <typename Visit>
void of_collector(Visit&& visit) {
  visit("version", &CollectorSample::version);
  visit("read_seconds", &CollectorSample::read_seconds);
  visit("dropped_snapshots", &CollectorSample::dropped_snapshots);
  visit("timed_out_domains", &CollectorSample::timed_out_domains);
}

}  // namespace hotspot::telemetry::fields
