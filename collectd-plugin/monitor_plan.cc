#include "collectd-plugin/monitor_plan.h"

#include <algorithm>

namespace hotspot::collector {
namespace {

// After this many intervals without an answer, a group's values are too old to be reported.
constexpr double kHeldIntervals = 2.5;
constexpr int kSilentAfter = 2;
// How often a guest that has never reported to its balloon is queried nevertheless, in reads.
constexpr int kMuteReads = 6;
// The same for a guest that has been silent for so long that it is hardly still booting.
constexpr Seconds kLongMute{30}, kLongMuteInterval{120};
constexpr int kLongMuteReads = 24;
// For how many of their intervals unchanged libvirt files are trusted to mean that no job began.
constexpr int kTrustJobs = 10;

// It has no balloon driver, or has not loaded it yet.
bool never_told(const MemoryReading& memory) {
  return !memory.memory_updated_at && !memory.available_bytes && !memory.unused_bytes && !memory.usable_bytes &&
         !memory.swap_in_bytes && !memory.major_faults;
}

bool has_statistics(const std::vector<DiskReading>& disks) {
  return disks.empty() ||
         std::any_of(disks.begin(), disks.end(), [](const DiskReading& disk) { return disk.read_ops.has_value(); });
}

}  // namespace

// collectd's timing is not exact: what would be due shortly after this read is due now.
bool MonitorPlan::due(std::optional<SteadyTime>& last, Seconds interval, SteadyTime now) const {
  if (last && Seconds(now - *last) < interval - read_interval_ / 2) return false;
  last = now;
  return true;
}

bool MonitorPlan::holds(const std::optional<SteadyTime>& at, Seconds interval, SteadyTime now) const {
  return at && Seconds(now - *at) <= kHeldIntervals * std::max(interval, read_interval_);
}

MonitorPlan::Entry& MonitorPlan::entry_of(const MonitorSubject& subject) {
  Entry& entry = entries_[subject.uuid];
  if (entry.seen && entry.subject.id != subject.id) entry = Entry();  // it was restarted
  const auto files_before = entry.seen ? entry.subject.open_files : std::nullopt;
  // libvirt may learn of a disk slightly later than the kernel of its file.
  if (files_before && subject.open_files && files_before != subject.open_files) entry.disk_looks = 2;
  entry.subject = subject;
  return entry;
}

MonitorQuestion MonitorPlan::question(const std::vector<MonitorSubject>& subjects, SteadyTime now) {
  const Due due_now{.memory = due(memory_asked_, intervals_.memory, now),
                    .disks = due(disks_asked_, intervals_.disks, now),
                    .jobs = due(jobs_asked_, intervals_.jobs, now),
                    .dirty_rate = intervals_.dirty_rate && due(dirty_asked_, *intervals_.dirty_rate, now)};
  MonitorQuestion question;
  std::map<std::string, bool> present;
  for (const MonitorSubject& subject : subjects) {
    Entry& entry = entry_of(subject);
    entry.seen = true;
    entry.asked = entry.answered = 0;
    entry.fresh = {.memory = false, .disks = false, .job = false, .perf = true, .disk_errors = false};
    if (subject.running && !subject.stopped) ask(entry, due_now, now, question);
    if (subject.running && subject.stopped) entry.ask_all = true;  // as soon as it continues
    present[subject.uuid] = true;
  }
  std::erase_if(entries_, [&](const auto& one) { return !present.contains(one.first); });
  return question;
}

bool MonitorPlan::knows_memory(const Entry& entry, SteadyTime now) const {
  if (entry.subject.needs_cpu || !entry.subject.stamp || entry.mute_stamp != entry.subject.stamp) return false;
  if (!entry.memory_asked_at) return false;
  Seconds longest = std::max(intervals_.memory, kMuteReads * read_interval_);
  if (entry.mute_since && Seconds(*entry.memory_asked_at - *entry.mute_since) > kLongMute - read_interval_ / 2)
    longest = std::max(longest, std::min(kLongMuteReads * read_interval_, kLongMuteInterval));
  return Seconds(now - *entry.memory_asked_at) < longest - read_interval_ / 2;
}

bool MonitorPlan::knows_no_job(const Entry& entry, SteadyTime now) const {
  if (!entry.subject.stamp || entry.jobless_stamp != entry.subject.stamp || !entry.job_asked_at) return false;
  const Seconds longest = kTrustJobs * std::max(intervals_.jobs, read_interval_) - read_interval_ / 2;
  return Seconds(now - *entry.job_asked_at) < longest;
}

void MonitorPlan::ask_groups(Entry& entry, const Due& due, SteadyTime now) const {
  if (due.memory && !entry.ask_all && knows_memory(entry, now)) {
    entry.memory_at = now;
    entry.fresh.memory = true;
  } else if (due.memory || entry.ask_all) {
    entry.asked |= kMemoryGroup;
  }
  if (due.disks || entry.ask_all || entry.disk_looks > 0) entry.asked |= kDisksGroup;
}

void MonitorPlan::ask(Entry& entry, const Due& due, SteadyTime now, MonitorQuestion& question) const {
  const std::string& uuid = entry.subject.uuid;
  ask_groups(entry, due, now);
  const bool disks = (entry.asked & kDisksGroup) != 0;
  if (entry.subject.needs_cpu) entry.asked |= kCpuGroup;
  if (entry.subject.needs_vcpus) entry.asked |= kVcpusGroup;
  if (entry.disk_looks > 0) --entry.disk_looks;
  const bool no_job = entry.job.empty() && !entry.subject.migrating_away;
  bool waits = false;
  const auto ask_for = [&](std::vector<std::string>& what) {
    what.push_back(uuid);
    waits = true;
  };
  const bool files_say = no_job && entry.subject.stamp && entry.jobless_stamp;
  if (files_say && knows_no_job(entry, now)) {
    entry.job_at = now;
    entry.fresh.job = due.jobs;
  } else if (due.jobs || entry.ask_all || !no_job || files_say) {
    ask_for(question.jobs);
    entry.job_asked_at = now;
  }
  if (disks && intervals_.disk_errors) ask_for(question.disk_errors);
  if (entry.dirty_measured_by && now >= *entry.dirty_measured_by) {
    entry.asked |= kDirtyRateGroup;
    entry.dirty_measured_by.reset();
  }
  if (due.dirty_rate && no_job) {  // measuring would disturb a migration
    ask_for(question.start_dirty_rate);
    entry.dirty_measured_by = now + std::chrono::milliseconds(1500);
  }
  // These calls hang with QEMU; the groups are then skipped, which is how the caller notices.
  if (waits) entry.asked |= kMemoryGroup;
  if (entry.asked != 0) question.groups[entry.asked].push_back(uuid);
  if (entry.asked & kMemoryGroup) entry.memory_asked_at = now;
  if (entry.asked != 0) {
    entry.asked_at = now;
    entry.asked_stamp = entry.subject.stamp;
  }
  entry.ask_all = false;
}

// A late answer belongs to an older question, when the files may have been different.
bool MonitorPlan::is_of_newest(const Entry& entry, SteadyTime answered_at) {
  return entry.asked_at && answered_at >= *entry.asked_at;
}

// A guest was silent from the start of its process if this is its first answer: collectd may be younger. Later its
// files were written, and it may be booting again.
SteadyTime MonitorPlan::silent_since(const Entry& entry) {
  const Seconds before = entry.memory_at ? Seconds(0) : entry.subject.age;
  return *entry.asked_at - std::chrono::duration_cast<SteadyTime::duration>(before);
}

void MonitorPlan::take_groups(unsigned groups, DomainReading& reading, SteadyTime at, Entry& entry) {
  if ((groups & kMemoryGroup) && reading.rss_bytes) {  // without an answer libvirt still reports the balloon's size
    const auto mute = is_of_newest(entry, at) && never_told(reading) ? entry.asked_stamp : std::nullopt;
    if (!mute)
      entry.mute_since.reset();
    else if (mute != entry.mute_stamp)
      entry.mute_since = silent_since(entry);
    entry.mute_stamp = mute;
    entry.memory = reading;
    entry.memory_at = at;
    entry.fresh.memory = true;
    entry.answered |= kMemoryGroup;
  }
  if ((groups & kDisksGroup) && has_statistics(reading.disks)) {
    entry.disks = std::move(reading.disks);
    entry.disks_at = at;
    entry.fresh.disks = true;
    entry.answered |= kDisksGroup;
  }
  if ((groups & kCpuGroup) && reading.cpu_ns) {
    entry.cpu_ns = reading.cpu_ns;
    entry.cpu_user_ns = reading.cpu_user_ns;
    entry.cpu_system_ns = reading.cpu_system_ns;
    entry.cpu_at = at;
    entry.answered |= kCpuGroup;
  }
  if ((groups & kVcpusGroup) && reading.vcpus) {
    entry.vcpus = std::move(reading.vcpu_readings);
    entry.vcpu_count = reading.vcpus;
    entry.vcpus_max = reading.vcpus_max;
    entry.vcpus_at = at;
    entry.answered |= kVcpusGroup;
  }
  if (groups & kDirtyRateGroup) {
    entry.answered |= kDirtyRateGroup;
    if (reading.dirty_bytes_per_second) {
      entry.dirty_bytes_per_second = reading.dirty_bytes_per_second;
      entry.dirty_at = at;
    }
  }
}

void MonitorPlan::take(MonitorAnswer answer) {
  for (auto& [groups, reading] : answer.groups) {
    const auto found = entries_.find(reading.uuid);
    if (found == entries_.end() || found->second.subject.id != reading.id) continue;
    take_groups(groups, reading, answer.at, found->second);
  }
  for (auto& [uuid, job] : answer.jobs) {
    if (const auto found = entries_.find(uuid); found != entries_.end()) {
      found->second.job = std::move(job);
      found->second.job_at = answer.at;
      found->second.fresh.job = true;
      Entry& entry = found->second;
      entry.jobless_stamp = is_of_newest(entry, answer.at) && entry.job.empty() ? entry.asked_stamp : std::nullopt;
    }
  }
  for (auto& [uuid, errors] : answer.disk_errors) {
    if (const auto found = entries_.find(uuid); found != entries_.end()) {
      found->second.disk_errors = std::move(errors);
      found->second.fresh.disk_errors = true;
    }
  }
}

void MonitorPlan::finish(Answers answers) {
  for (auto& [uuid, entry] : entries_) {
    if (!entry.subject.running) entry.unanswered = 0;
    if (entry.asked == 0) continue;
    const bool all = (entry.asked & ~entry.answered) == 0;
    if (all || answers == Answers::kCame) entry.unanswered = all ? 0 : entry.unanswered + 1;
    if (!all) entry.ask_all = true;
  }
}

void MonitorPlan::apply(DomainReading& domain, SteadyTime now) const {
  const auto found = entries_.find(domain.uuid);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  domain.fresh = entry.fresh;
  if (holds(entry.memory_at, intervals_.memory, now)) {
    const auto rss = domain.rss_bytes;  // the kernel's, just read
    static_cast<MemoryReading&>(domain) = entry.memory;
    if (rss) domain.rss_bytes = rss;
    domain.times.memory = *entry.memory_at;
  }
  if (holds(entry.disks_at, intervals_.disks, now)) {
    domain.disks = entry.disks;
    domain.times.disks = *entry.disks_at;
    domain.disk_errors = entry.disk_errors;
  }
  // CPU only if it was read now: the same counter again would give a rate of zero.
  if (entry.subject.needs_cpu && (entry.answered & kCpuGroup)) {
    domain.cpu_ns = entry.cpu_ns;
    domain.cpu_user_ns = entry.cpu_user_ns;
    domain.cpu_system_ns = entry.cpu_system_ns;
    domain.times.cpu = *entry.cpu_at;
  }
  if (entry.subject.needs_vcpus && (entry.answered & kVcpusGroup)) {
    domain.vcpu_readings = entry.vcpus;
    domain.vcpus = entry.vcpu_count;
    domain.vcpus_max = entry.vcpus_max;
    domain.times.vcpus = *entry.vcpus_at;
  }
  if (holds(entry.job_at, intervals_.jobs, now)) {
    domain.job = entry.job;
    domain.job_active = !entry.job.empty();
  }
  if (entry.subject.migrating_away) domain.job_active = true;
  if (intervals_.dirty_rate && holds(entry.dirty_at, *intervals_.dirty_rate, now)) {
    domain.dirty_bytes_per_second = entry.dirty_bytes_per_second;
  }
}

std::vector<std::string> MonitorPlan::silent() const {
  std::vector<std::string> names;
  for (const auto& [uuid, entry] : entries_) {
    if (!entry.subject.running) continue;
    if (entry.subject.stopped || entry.unanswered >= kSilentAfter) names.push_back(entry.subject.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hotspot::collector
