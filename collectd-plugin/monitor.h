// What QEMU has to be asked for, through libvirt: a question and its answer. See monitor_plan.h for who asks when.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// Groups of statistics, as bits. CPU and vCPUs only where the kernel does not show them: libvirt asks QEMU for parts of
// its group cpu_total (how long it polled instead of halting), and holds a job for its group vcpu.
enum MonitorGroup : unsigned {
  kMemoryGroup = 1,
  kDisksGroup = 2,
  kVcpusGroup = 4,
  kDirtyRateGroup = 8,
  kCpuGroup = 16
};

struct MonitorQuestion {
  std::map<unsigned, std::vector<std::string>> groups;  // by groups, the UUIDs of the domains to ask for them
  // UUIDs. These calls wait for a QEMU that does not answer: they are made only where kMemoryGroup is asked for too,
  // and was answered.
  std::vector<std::string> jobs, disk_errors, start_dirty_rate;
  bool empty() const { return groups.empty() && jobs.empty() && disk_errors.empty() && start_dirty_rate.empty(); }
};

struct MonitorAnswer {
  SteadyTime at{};    // the middle of the time in which the groups were read
  std::string error;  // a sentence, or empty
  // Only what was asked for is there; a domain that was busy has nothing, one that is gone is missing.
  std::vector<std::pair<unsigned, DomainReading>> groups;
  std::map<std::string, std::vector<NamedCount>> jobs;  // by UUID; no fields: no job
  std::map<std::string, std::vector<NamedCount>> disk_errors;
};

}  // namespace hotspot::collector
