// Which domain's QEMU is asked for what in this read, and what is known of each from before.
//
// A question to QEMU is what costs, so each group of statistics has an interval of its own; a domain that is new, or
// whose open files changed (a disk was plugged in), is asked at once. A QEMU that is stopped is not asked: it would not
// answer. Nor is asked what is known: whether a job runs, where none did and libvirt's files of the domain are the same
// (libvirt_files.h) and were so for less than ten intervals; and, for six reads, the memory of a guest that never told
// its balloon anything, where they are the same: its balloon's size is in them, and its resident memory is the kernel's
// to tell. Once it has told nothing for half a minute, that is for 24 reads, or two minutes if they are less. PURE:
// time is an argument, and it asks nobody itself. Thread rule: one thread at a time.
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
  bool disk_errors = false;           // with the disks
};

// What is known of a domain before QEMU is asked.
struct MonitorSubject {
  std::string uuid, name;
  int id = -1;
  bool running = false;
  bool stopped = false;         // its process is stopped, or waits in the kernel without end
  bool migrating_away = false;  // ask for the job at each read
  bool needs_cpu = false;       // the kernel does not show its CPU time
  bool needs_vcpus = false;     // nor its vCPUs
  std::optional<std::uint64_t> open_files;
  std::optional<DomainStamp> stamp;  // of just before
};

class MonitorPlan {
 public:
  // read_interval: between two reads, as configured.
  MonitorPlan(GroupIntervals intervals, Seconds read_interval) : intervals_(intervals), read_interval_(read_interval) {}

  // Begins a read. Domains that are not among the subjects are forgotten.
  MonitorQuestion question(const std::vector<MonitorSubject>& subjects, SteadyTime now);
  // What came back, also what was asked in earlier reads.
  void take(MonitorAnswer answer);
  // Ends the read: counts who did not answer; where no answer came at all, libvirt itself may be the one that hangs.
  enum class Answers { kCame, kNone };
  void finish(Answers answers);

  // Puts what is known into the domain's reading; what is too old is left out.
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
    // What libvirt's files were when the balloon was asked of a guest that never told it anything, and when there was
    // no job.
    std::optional<DomainStamp> mute_stamp, jobless_stamp;
    std::optional<DomainStamp> asked_stamp;  // of the newest question
    std::optional<SteadyTime> asked_at, memory_asked_at, job_asked_at;
    std::optional<SteadyTime> mute_since;  // with mute_stamp
    unsigned asked = 0, answered = 0;
    int unanswered = 0;  // questions in a row
    int disk_looks = 0;  // reads in which the disks are asked for at once
    bool ask_all = true;
    bool seen = false;
  };
  struct Due {
    bool memory, disks, jobs, dirty_rate;
  };

  bool due(std::optional<SteadyTime>& last, Seconds interval, SteadyTime now) const;
  bool holds(const std::optional<SteadyTime>& at, Seconds interval, SteadyTime now) const;
  Entry& entry_of(const MonitorSubject& subject);
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
