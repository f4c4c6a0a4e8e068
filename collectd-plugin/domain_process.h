// What the kernel shows of a domain's QEMU process, without asking QEMU or libvirt: CPU time of the domain and of each
// vCPU, how long a vCPU could run but did not, resident memory, whether it is stopped, whether it migrates away, when
// it was started.
//
// QEMU is found by the -uuid in its command line. libvirt names the thread of vCPU N "CPU N/KVM" (or /TCG). Time and
// delay of a vCPU come from schedstat, in ns (kernel: Documentation/scheduler/sched-stats.rst); libvirt's vcpu.N.time
// is the same time in clock ticks. vcpu.N.wait is in `sched`, where the kernel keeps it (sysctl
// kernel.sched_schedstats); libvirt says 0 where it does not. Reading needs no rights but to see other users' processes
// (no hidepid). Thread rule: one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collectd-plugin/domain_cgroup.h"
#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/libvirt_files.h"
#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

struct ProcessReading {
  bool stopped = false;         // by SIGSTOP or a debugger, or waiting since the read before: it will not answer
  bool waiting = false;         // in the kernel, uninterruptibly (state D), in this moment
  bool migrating_away = false;  // it has a thread that sends the guest's memory
  std::optional<std::uint64_t> open_files;
  std::optional<std::int64_t> started_at;  // Unix seconds
  CpuTimes cpu;
  telemetry::MeasuredBytes rss_bytes;
  std::vector<VcpuReading> vcpus;  // sorted; empty where QEMU has one thread for all vCPUs
};

class DomainProcesses {
 public:
  explicit DomainProcesses(std::string proc_path);

  // Looks for the QEMU processes of these domains, by UUID, where they are not known yet. Goes through all processes.
  void find(const std::vector<std::string>& uuids);
  // Nothing where the process is not known or is gone; it is forgotten then. While libvirt's files of the domain are
  // the same (stamp) and it has as many threads as before, they are the same threads, but for those that work for a
  // moment: what they are, and how many files it has open, is looked at anew a few times after a change.
  std::optional<ProcessReading> read(const std::string& uuid, const std::optional<DomainStamp>& stamp = std::nullopt);
  // The CPUs of the node on which each vCPU may run, into the readings.
  void read_affinity(const std::string& uuid, std::vector<VcpuReading>& vcpus);
  // Forgets those that are none of these domains'.
  void keep_only(const std::unordered_set<std::string_view>& uuids) {
    std::erase_if(known_, [&](const auto& one) { return !uuids.contains(one.first); });
  }
  bool knows(const std::string& uuid) const { return known_.contains(uuid); }

 private:
  enum class Kind { kOther, kVcpu, kMigration };
  struct Thread {
    Kind kind = Kind::kOther;
    int vcpu = 0;
    int looks = 0;  // at its name: a thread is named a moment after it began
    bool seen = false;
    KeptFile schedstat;  // of a vCPU
  };
  struct Process {
    int pid = 0;
    std::uint64_t started = 0;  // clock ticks after boot: a pid that is given again is another process
    std::optional<std::int64_t> started_at;
    std::string folder;  // "/proc/4711"
    KeptFile stat;
    std::optional<CgroupFiles> cgroup;
    std::map<int, Thread> threads;
    bool was_waiting = false;
    std::optional<DomainStamp> stamp;
    std::optional<std::uint64_t> open_files;
    std::uint64_t thread_count = 0;  // as its stat says
    int looks = 0;                   // at the list of its threads since anything changed
  };
  std::optional<std::uint64_t> read_stat(Process& process, ProcessReading& reading);
  std::optional<std::int64_t> unix_time_of(std::uint64_t ticks);
  void list_threads(Process& process);
  void read_threads(Process& process, ProcessReading& reading);
  void look_at(const std::string& folder, Thread& thread);
  Count wait_of(const std::string& folder);

  std::string proc_path_;
  DomainCgroups cgroups_;
  KeptFileBudget budget_ = kept_file_budget();
  bool keeps_wait_ = false;
  SmallFile file_;
  std::unordered_map<std::string, Process> known_;
};

}  // namespace hotspot::collector
