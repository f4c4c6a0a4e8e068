// Reads the CPU time of a domain's control group: QEMU with all its threads, and vhost.
//
// Supports cgroup v1 (controller cpuacct) and v2 (cpu.stat): the same files from which libvirt reads cpu.time, cpu.user
// and cpu.system (virCgroupGetCpuacctUsage and virCgroupGetCpuacctStat). kernel: Documentation/admin-guide/cgroup-v1/
// cpuacct.rst and cgroup-v2.rst. Thread rule: one thread at a time.
#pragma once

#include <optional>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/kept_file.h"
#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

struct CpuTimes {
  Count total_ns, user_ns, system_ns;
};

// The files of one group: two for version 1, only the second for version 2.
struct CgroupFiles {
  KeptFile usage, stat;
};

class DomainCgroups {
 public:
  // proc_path: "/proc", or a directory with the same layout. Finds where the hierarchies are mounted.
  explicit DomainCgroups(const std::string& proc_path);

  // The files of the group of the whole domain, given one of its processes. libvirt keeps QEMU in the group "emulator"
  // below it; if that is not so, the domain has no group of its own, and the result is empty.
  std::optional<CgroupFiles> files_of(int pid, const KeptFileBudget& budget) const;
  static std::optional<CpuTimes> read(CgroupFiles& files, SmallFile& buffer);

 private:
  std::optional<std::string> folder_of(int pid) const;

  std::string proc_path_;
  std::string mount_;  // of cpuacct (v1), or of the unified hierarchy (v2); empty: none
  std::string root_;   // which part of the hierarchy is mounted there
  bool unified_ = false;
};

}  // namespace hotspot::collector
