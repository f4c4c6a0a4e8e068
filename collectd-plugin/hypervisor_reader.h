// Reads a node and its domains: the port between libvirt and the collector.
//
// A Reading holds counters, not rates: rates need two readings and are computed by the collector. Groups of statistics
// are read at intervals of their own; a group that was not read again is included with its last values and their time.
// Thread rule: one thread at a time. read() may block for as long as libvirt does; see read_worker.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/snapshot.h"

namespace hotspot::collector {

using Count = std::optional<std::uint64_t>;
using SteadyTime = std::chrono::steady_clock::time_point;
inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }
using NamedCount = std::pair<std::string, std::int64_t>;  // named by libvirt or the hypervisor

struct VcpuReading {
  int vcpu = 0;
  Count time_ns, wait_ns, delay_ns;
  std::vector<bool> affinity;  // may it run on the node's CPU 0, 1, …; empty: not read
};

struct DiskReading {
  std::string device;  // target name, "vda"
  std::string source;  // file or device of the node; empty if there is none
  Count read_ops, read_bytes, read_ns, write_ops, write_bytes, write_ns, flush_ops, flush_ns;
  Count allocation_bytes, capacity_bytes, physical_bytes;
};

struct InterfaceReading {
  std::string device;
  Count receive_bytes, receive_packets, receive_errors, receive_drops;
  Count transmit_bytes, transmit_packets, transmit_errors, transmit_drops;
};

struct InterfaceDefinition {
  std::string device, mac, type;  // name on the node, address in the guest, libvirt's type ("bridge")
  bool operator==(const InterfaceDefinition&) const = default;
};

// What a domain needs from a migration target, from its live XML; see telemetry/snapshot.h for each field.
struct TargetNeeds {
  std::string machine, arch, emulator;
  std::string cpu_mode, cpu_vendor;
  telemetry::MeasuredBytes huge_page_bytes, huge_pages_bytes;
  std::vector<std::string> networks, node_interfaces, files;
  bool emulated_tpm = false;
  bool operator==(const TargetNeeds&) const = default;
};

// What rarely changes, from the domain's XML.
struct DomainDefinition {
  bool persistent = false;
  bool emulated = false;  // type 'qemu'
  std::optional<int> vcpus_max;
  std::vector<std::string> migration_obstacles;
  telemetry::Policy policy;
  std::string metadata_name;  // the result of HostnameMetadataXPath
  std::vector<InterfaceDefinition> interfaces;
  std::vector<telemetry::DiskSource> disks;
  std::vector<telemetry::MemoryDevice> memory_devices;
  telemetry::MeasuredBytes memory_max_bytes;
  std::optional<int> memory_slots;
  TargetNeeds needs;
};

// Shared by many readings. Never null.
using SharedDefinition = std::shared_ptr<const DomainDefinition>;
inline const SharedDefinition& no_definition() {
  static const SharedDefinition none = std::make_shared<DomainDefinition>();
  return none;
}

// When a group of a domain's statistics was read. {}: at the time of the whole reading.
struct ReadTimes {
  SteadyTime cpu{}, vcpus{}, memory{}, disks{}, interfaces{};
};

// Was the group read again in this reading? Otherwise its values are from an earlier one.
struct Fresh {
  bool memory = true, disks = true, job = true, perf = true, disk_errors = true;
};

// The guest's memory, as reported by the balloon and by the guest.
struct MemoryReading {
  telemetry::MeasuredBytes balloon_bytes, balloon_max_bytes, rss_bytes, available_bytes, unused_bytes, usable_bytes,
      disk_caches_bytes;
  Count swap_in_bytes, swap_out_bytes, major_faults, minor_faults, huge_page_allocations, huge_page_failures;
  Count memory_updated_at;  // Unix seconds: the guest's last report to the balloon
};

struct DomainReading : MemoryReading {
  std::string uuid, name;
  int id = -1;                      // libvirt's id of the running domain; a restart changes it
  int state = 0, state_reason = 0;  // virDomainState and its reason
  std::optional<int> vcpus, vcpus_max;
  std::optional<std::int64_t> started_at;  // Unix seconds: start of its process
  Count cpu_ns, cpu_user_ns, cpu_system_ns;
  telemetry::MeasuredBytes dirty_bytes_per_second;
  bool job_active = false;
  std::vector<NamedCount> job;  // libvirt's fields of the current job
  std::vector<NamedCount> perf_events;
  std::vector<NamedCount> disk_errors;  // device, virDomainDiskErrorCode
  SharedDefinition definition = no_definition();
  std::vector<VcpuReading> vcpu_readings;
  std::vector<DiskReading> disks;
  std::vector<InterfaceReading> interfaces;
  ReadTimes times;
  Fresh fresh;
};

// A network link of the node that does not belong to a guest.
struct LinkReading {
  std::string device;
  Count receive_bytes, transmit_bytes;
  telemetry::Measured speed_bits_per_second;
};

struct NodeReading {
  telemetry::NodeSample fixed;  // constant facts of the connection, and gauges; no rates
  Count cpu_user_ns, cpu_system_ns, cpu_idle_ns, cpu_iowait_ns, cpu_steal_ns;
  Count swap_in_bytes, swap_out_bytes;
  std::vector<LinkReading> links;
};

struct Reading {
  SteadyTime at{};  // the middle of the period in which the counters were read
  WallTime taken_at{};
  double read_seconds = 0;
  NodeReading node;
  std::vector<DomainReading> domains;
  // Names of running domains whose QEMU did not answer the last query.
  std::vector<std::string> silent_domains;
};

class HypervisorReader {
 public:
  virtual ~HypervisorReader() = default;
  // Connects first if necessary. An error is a sentence; the next call tries again.
  virtual Result<Reading> read() = 0;
};

}  // namespace hotspot::collector
