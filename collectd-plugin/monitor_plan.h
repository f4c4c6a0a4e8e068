// Decides which QEMU is queried for what in each read, and keeps earlier answers.
//
// Queries to QEMU are expensive, so each group of statistics has an interval of its own; a domain that is new, or whose
// open files changed (a disk was plugged in), is queried at once. A stopped QEMU is not queried, because it would not
// answer. Known values are not queried either: whether a job is running, if none was and libvirt's files of the domain
// are unchanged (libvirt_files.h) for less than ten intervals; and, for six reads, the memory of a guest that has never
// reported to its balloon, if the files are unchanged: they contain the balloon's size, and the kernel has the resident
// memory. After half a minute without a report, counted from the start of the guest's process, that becomes 24 reads,
// or two minutes if that is shorter. PURE: time is an argument, and nothing is queried here. Thread rule: one thread at
// a time.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectd-plugin/libvirt_files.h"
#include "collectd-plugin/monitor.h"

namespace hotspot::collector {

using Seconds = std::chrono::duration<double>;

// Zero: at each read.
struct GroupIntervals {
  Seconds memory{0}, disks{0}, jobs{0};
  std::optional<Seconds> dirty_rate;  // empty: never
  bool disk_errors = false;           // together with the disks
};

// What is known about a domain before QEMU is queried.
struct MonitorSubject {
  std::string uuid, name;
  int id = -1;
  bool running = false;
  bool stopped = false;         // its process is stopped, or stuck in the kernel
  bool migrating_away = false;  // query the job at each read
  bool needs_cpu = false;       // the kernel does not show its CPU time
  bool needs_vcpus = false;     // nor its vCPUs' times
  Seconds age{0};               // of its process; 0: not known
  std::optional<std::uint64_t> open_files;
  std::optional<DomainStamp> stamp;  // from just before
};

class MonitorPlan {
 public:
  // read_interval: between two reads, as configured.
  MonitorPlan(GroupIntervals intervals, Seconds read_interval) : intervals_(intervals), read_interval_(read_interval) {}

  // Begins a read. Domains that are not among the subjects are forgotten.
  MonitorQuestion question(const std::vector<MonitorSubject>& subjects, SteadyTime now);
  // Adds an answer, possibly to a question of an earlier read.
  void take(MonitorAnswer answer);
  // Ends the read: counts the domains that did not answer. If no answer came at all, libvirt itself may be hanging.
  enum class Answers { kCame, kNone };
  void finish(Answers answers);

  // Adds the known values to the domain's reading; values that are too old are left out.
  void apply(DomainReading& domain, SteadyTime now) const;
  // Names of running domains that did not answer twice in a row, or are stopped; sorted.
  std::vector<std::string> silent() const;

 private:
  struct Entry {
    MonitorSubject subject;
    MemoryReading memory;
    std::vector<DiskReading> disks;
    std::vector<VcpuReading> vcpus;
    std::optional<int> vcpu_count, vcpus_max;
    Count cpu_ns, cpu_user_ns, cpu_system_ns;
    std::vector<NamedCount> job, disk_errors;
    telemetry::MeasuredBytes dirty_bytes_per_second;
    std::optional<SteadyTime> memory_at, disks_at, cpu_at, vcpus_at, job_at, dirty_at, dirty_measured_by;
    Fresh fresh;
    // The state of libvirt's files when a guest that never reported was last queried, and when there was no job.
    std::optional<DomainStamp> mute_stamp, jobless_stamp;
    std::optional<DomainStamp> asked_stamp;  // of the newest question
    std::optional<SteadyTime> asked_at, memory_asked_at, job_asked_at;
    std::optional<SteadyTime> mute_since;  // with mute_stamp
    unsigned asked = 0, answered = 0;
    int unanswered = 0;  // consecutive questions
    int disk_looks = 0;  // reads in which the disks are queried at once
    bool ask_all = true;
    bool seen = false;
  };
  struct Due {
    bool memory, disks, jobs, dirty_rate;
  };

  bool due(std::optional<SteadyTime>& last, Seconds interval, SteadyTime now) const;
  bool holds(const std::optional<SteadyTime>& at, Seconds interval, SteadyTime now) const;
  Entry& entry_of(const MonitorSubject& subject);
  static SteadyTime silent_since(const Entry& entry);
  void take_groups(unsigned groups, DomainReading& reading, SteadyTime at, Entry& entry);
  static bool is_of_newest(const Entry& entry, SteadyTime answered_at);
  bool knows_memory(const Entry& entry, SteadyTime now) const;
  bool knows_no_job(const Entry& entry, SteadyTime now) const;
  void ask_groups(Entry& entry, const Due& due, SteadyTime now) const;
  void ask(Entry& entry, const Due& due, SteadyTime now, MonitorQuestion& question) const;

  GroupIntervals intervals_;
  Seconds read_interval_;
  std::optional<SteadyTime> memory_asked_, disks_asked_, jobs_asked_, dirty_asked_;
  std::map<std::string, Entry> entries_;  // by UUID
};

}  // namespace hotspot::collector
