// Reads a node and its domains: the port between libvirt and the collector.
//
// A Reading holds counters as they stand, not rates: those need two readings and are made by the collector. Groups of
// statistics are read at intervals of their own; a group that was not read anew stands in the reading as it was read
// last, with the time of that.
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
using NamedCount = std::pair<std::string, std::int64_t>;  // a statistic whose name libvirt or the hypervisor chose

struct VcpuReading {
  int vcpu = 0;
  Count time_ns, wait_ns, delay_ns;
  std::vector<bool> affinity;  // may it run on the node's CPU 0, 1, …; empty: not asked for
};

struct DiskReading {
  std::string device;  // target name, "vda"
  std::string source;  // file or device of the node; empty where there is none
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

// What a domain needs of a node that it moves to, from its live XML; telemetry/snapshot.h tells what each one is.
struct TargetNeeds {
  std::string machine, arch, emulator;
  std::string cpu_mode, cpu_vendor;
  telemetry::MeasuredBytes huge_page_bytes, huge_pages_bytes;
  std::vector<std::string> networks, node_interfaces, files;
  bool emulated_tpm = false;
  bool operator==(const TargetNeeds&) const = default;
};

// What changes seldom, from the domain's XML.
struct DomainDefinition {
  bool persistent = false;
  bool emulated = false;  // type 'qemu'
  std::optional<int> vcpus_max;
  std::vector<std::string> migration_obstacles;
  telemetry::Policy policy;
  std::string metadata_name;  // what HostnameMetadataXPath finds
  std::vector<InterfaceDefinition> interfaces;
  std::vector<telemetry::DiskSource> disks;
  std::vector<telemetry::MemoryDevice> memory_devices;
  telemetry::MeasuredBytes memory_max_bytes;
  std::optional<int> memory_slots;
  TargetNeeds needs;
};

// Many readings have the same one. Never null.
using SharedDefinition = std::shared_ptr<const DomainDefinition>;
inline const SharedDefinition& no_definition() {
  static const SharedDefinition none = std::make_shared<DomainDefinition>();
  return none;
}

// When a group of a domain's statistics was read. {}: at the time of the whole reading.
struct ReadTimes {
  SteadyTime cpu{}, vcpus{}, memory{}, disks{}, interfaces{};
};

// Was the group read anew in this reading? Otherwise it stands here as it was read before.
struct Fresh {
  bool memory = true, disks = true, job = true, perf = true, disk_errors = true;
};

// The guest's memory, as the balloon and the guest itself tell it.
struct MemoryReading {
  telemetry::MeasuredBytes balloon_bytes, balloon_max_bytes, rss_bytes, available_bytes, unused_bytes, usable_bytes,
      disk_caches_bytes;
  Count swap_in_bytes, swap_out_bytes, major_faults, minor_faults, huge_page_allocations, huge_page_failures;
  Count memory_updated_at;  // Unix seconds: when the guest last told the balloon
};

struct DomainReading : MemoryReading {
  std::string uuid, name;
  int id = -1;                      // libvirt's number of this run of the domain; another one: it was started anew
  int state = 0, state_reason = 0;  // virDomainState and its reason
  std::optional<int> vcpus, vcpus_max;
  std::optional<std::int64_t> started_at;  // Unix seconds: its process
  Count cpu_ns, cpu_user_ns, cpu_system_ns;
  telemetry::MeasuredBytes dirty_bytes_per_second;
  bool job_active = false;
  std::vector<NamedCount> job;  // libvirt's fields of the job that is running
  std::vector<NamedCount> perf_events;
  std::vector<NamedCount> disk_errors;  // device, virDomainDiskErrorCode
  SharedDefinition definition = no_definition();
  std::vector<VcpuReading> vcpu_readings;
  std::vector<DiskReading> disks;
  std::vector<InterfaceReading> interfaces;
  ReadTimes times;
  Fresh fresh;
};

// A network link of the node that is no guest's.
struct LinkReading {
  std::string device;
  Count receive_bytes, transmit_bytes;
  telemetry::Measured speed_bits_per_second;
};

struct NodeReading {
  telemetry::NodeSample fixed;  // what does not change while the connection lasts, and gauges; no rates in it
  Count cpu_user_ns, cpu_system_ns, cpu_idle_ns, cpu_iowait_ns, cpu_steal_ns;
  Count swap_in_bytes, swap_out_bytes;
  std::vector<LinkReading> links;
};

struct Reading {
  SteadyTime at{};  // the middle of the time that the counters were read in
  WallTime taken_at{};
  double read_seconds = 0;
  NodeReading node;
  std::vector<DomainReading> domains;
  // Names of running domains whose QEMU did not answer when it was asked last.
  std::vector<std::string> silent_domains;
};

class HypervisorReader {
 public:
  virtual ~HypervisorReader() = default;
  // Connects first where that is needed. An error: a sentence; the next call tries again.
  virtual Result<Reading> read() = 0;
};

}  // namespace hotspot::collector
