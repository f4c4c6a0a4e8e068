// Reads a node and its domains: the port between libvirt and the collector.
//
// A Reading holds counters as they stand, not rates: those need two readings and are made by the collector.
// Thread rule: one thread at a time. read() may block for as long as libvirt does; see read_worker.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/snapshot.h"

namespace hotspot::collector {

using Count = std::optional<std::uint64_t>;
using SteadyTime = std::chrono::steady_clock::time_point;

struct VcpuReading {
  int vcpu = 0;
  Count time_ns, wait_ns, delay_ns;
};

struct DiskReading {
  std::string device;
  Count read_ops, read_bytes, read_ns, write_ops, write_bytes, write_ns, flush_ops, flush_ns;
  Count allocation_bytes, capacity_bytes, physical_bytes;
};

struct InterfaceReading {
  std::string device;
  Count receive_bytes, receive_packets, receive_errors, receive_drops;
  Count transmit_bytes, transmit_packets, transmit_errors, transmit_drops;
};

// What changes seldom, from the domain's XML.
struct DomainDefinition {
  bool persistent = false;
  std::vector<std::string> migration_obstacles;
  telemetry::Policy policy;
};

struct DomainReading {
  std::string uuid, name;
  int state = 0, state_reason = 0;  // virDomainState and its reason
  std::optional<int> vcpus, vcpus_max;
  Count cpu_ns, cpu_user_ns, cpu_system_ns;
  telemetry::MeasuredBytes balloon_bytes, balloon_max_bytes, rss_bytes, available_bytes, unused_bytes, usable_bytes,
      disk_caches_bytes;
  Count swap_in_bytes, swap_out_bytes, major_faults, minor_faults;
  DomainDefinition definition;
  std::vector<VcpuReading> vcpu_readings;
  std::vector<DiskReading> disks;
  std::vector<InterfaceReading> interfaces;
};

struct NodeReading {
  telemetry::NodeSample fixed;  // what does not change while the connection lasts, and gauges; no rates in it
  Count cpu_user_ns, cpu_system_ns, cpu_idle_ns, cpu_iowait_ns;
};

struct Reading {
  SteadyTime at{};  // the middle of the time that the counters were read in
  WallTime taken_at{};
  double read_seconds = 0;
  NodeReading node;
  std::vector<DomainReading> domains;
  std::int64_t timed_out_domains = 0;
};

class HypervisorReader {
 public:
  virtual ~HypervisorReader() = default;
  // Connects first where that is needed. An error: a sentence; the next call tries again.
  virtual Result<Reading> read() = 0;
};

}  // namespace hotspot::collector
