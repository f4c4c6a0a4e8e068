// What QEMU has to be asked for, through libvirt: a question and its answer. See monitor_plan.h for who asks when.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// Groups of statistics, as bits. kVcpus only where the kernel does not show the vCPUs' threads.
enum MonitorGroup : unsigned { kMemoryGroup = 1, kDisksGroup = 2, kVcpusGroup = 4, kDirtyRateGroup = 8 };

struct MonitorQuestion {
  std::map<unsigned, std::vector<std::string>> groups;           // by groups, the UUIDs of the domains to ask for them
  std::vector<std::string> jobs, disk_errors, start_dirty_rate;  // UUIDs
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
