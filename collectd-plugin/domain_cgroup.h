// The CPU time that the kernel counted for a domain's control group: QEMU with all its threads, and vhost.
//
// Reads cgroup v1 (controller cpuacct) and v2 (cpu.stat): the same files from which libvirt has cpu.time, cpu.user and
// cpu.system (virCgroupGetCpuacctUsage and virCgroupGetCpuacctStat). kernel: Documentation/admin-guide/cgroup-v1/
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

// The files of one group: of version 1 two, of version 2 the second alone.
struct CgroupFiles {
  KeptFile usage, stat;
};

class DomainCgroups {
 public:
  // proc_path: "/proc", or a folder that looks like it. Finds where the hierarchies are mounted.
  explicit DomainCgroups(const std::string& proc_path);

  // Those of the group that holds the whole domain, for a process of it. libvirt keeps QEMU in the group "emulator"
  // below it; where it does not, there is no group that is the domain's own: nothing.
  std::optional<CgroupFiles> files_of(int pid, const KeptFileBudget& budget) const;
  static std::optional<CpuTimes> read(CgroupFiles& files, SmallFile& buffer);

 private:
  std::optional<std::string> folder_of(int pid) const;

  std::string proc_path_;
  std::string mount_;  // of cpuacct (v1), or of the unified hierarchy (v2); empty: none
  std::string root_;   // what of the hierarchy is mounted there
  bool unified_ = false;
};

}  // namespace hotspot::collector
