// What the kernel knows about a domain's QEMU process, without asking QEMU or libvirt: CPU time of the domain and of
// each vCPU, steal, resident memory, whether the process is stopped, whether it migrates away, and when it was started.
//
// QEMU is found by the -uuid in its command line. libvirt names the thread of vCPU N "CPU N/KVM" (or /TCG). Time and
// delay of a vCPU come from schedstat, in ns (kernel: Documentation/scheduler/sched-stats.rst); libvirt's vcpu.N.time
// is the same time in clock ticks. vcpu.N.wait is in `sched` if the kernel records it (sysctl kernel.sched_schedstats);
// otherwise libvirt reports 0. Reading needs no privileges except seeing other users' processes (no hidepid). Thread
// rule: one thread at a time.
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
  bool stopped = false;         // by SIGSTOP or a debugger, or waiting since the previous read: it will not answer
  bool waiting = false;         // uninterruptible sleep (state D) at this moment
  bool migrating_away = false;  // it has a thread that sends the guest's memory
  std::optional<std::uint64_t> open_files;
  std::optional<std::int64_t> started_at;  // Unix seconds
  CpuTimes cpu;
  telemetry::MeasuredBytes rss_bytes;
  std::vector<VcpuReading> vcpus;  // sorted; empty if QEMU has one thread for all vCPUs
};

class DomainProcesses {
 public:
  explicit DomainProcesses(std::string proc_path);

  // Finds the QEMU processes of those domains, by UUID, that are not known yet. Scans all processes.
  void find(const std::vector<std::string>& uuids);
  // Empty if the process is not known or has ended; it is then forgotten. As long as libvirt's files of the domain
  // (stamp) and the number of threads are unchanged, the threads are assumed to be the same, except for short-lived
  // ones: their names, and the number of open files, are read again a few times after a change.
  std::optional<ProcessReading> read(const std::string& uuid, const std::optional<DomainStamp>& stamp = std::nullopt);
  // Adds to the readings the CPUs of the node on which each vCPU may run.
  void read_affinity(const std::string& uuid, std::vector<VcpuReading>& vcpus);
  // Forgets the processes of all other domains.
  void keep_only(const std::unordered_set<std::string_view>& uuids) {
    std::erase_if(known_, [&](const auto& one) { return !uuids.contains(one.first); });
  }
  bool knows(const std::string& uuid) const { return known_.contains(uuid); }

 private:
  enum class Kind { kOther, kVcpu, kMigration };
  struct Thread {
    Kind kind = Kind::kOther;
    int vcpu = 0;
    int looks = 0;  // of its name: a thread is named shortly after it starts
    bool seen = false;
    KeptFile schedstat;  // for a vCPU
  };
  struct Process {
    int pid = 0;
    std::uint64_t started = 0;  // clock ticks after boot: a reused pid is another process
    std::optional<std::int64_t> started_at;
    std::string folder;  // "/proc/4711"
    KeptFile stat;
    std::optional<CgroupFiles> cgroup;
    std::map<int, Thread> threads;
    bool was_waiting = false;
    std::optional<DomainStamp> stamp;
    std::optional<std::uint64_t> open_files;
    std::uint64_t thread_count = 0;  // from its stat
    int looks = 0;                   // of the list of its threads since the last change
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
