// A question that libvirt answers through QEMU's monitor, and its answer. monitor_plan.h decides what to ask when.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// Groups of statistics, as bits. CPU and vCPUs only if the kernel does not show them: for its group cpu_total libvirt
// asks QEMU for some values (time spent polling instead of halting), and for its group vcpu it acquires a job.
enum MonitorGroup : unsigned {
  kMemoryGroup = 1,
  kDisksGroup = 2,
  kVcpusGroup = 4,
  kDirtyRateGroup = 8,
  kCpuGroup = 16
};

struct MonitorQuestion {
  std::map<unsigned, std::vector<std::string>> groups;  // groups → the UUIDs of the domains to query
  // UUIDs. These calls hang if QEMU does not answer: they are made only if kMemoryGroup is also requested and was
  // answered.
  std::vector<std::string> jobs, disk_errors, start_dirty_rate;
  bool empty() const { return groups.empty() && jobs.empty() && disk_errors.empty() && start_dirty_rate.empty(); }
};

struct MonitorAnswer {
  SteadyTime at{};    // the middle of the period in which the groups were read
  std::string error;  // a sentence, or empty
  // Only what was requested; a busy domain has no values, and one that has ended is missing.
  std::vector<std::pair<unsigned, DomainReading>> groups;
  std::map<std::string, std::vector<NamedCount>> jobs;  // by UUID; without fields: no job
  std::map<std::string, std::vector<NamedCount>> disk_errors;
};

}  // namespace hotspot::collector
