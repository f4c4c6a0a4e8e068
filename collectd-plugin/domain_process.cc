#include "collectd-plugin/domain_process.h"

#include <dirent.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace hotspot::collector {
namespace {

constexpr int kLooksAtName = 3, kLooks = kLooksAtName + 1;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

// The numeric entries of a directory: processes in /proc, threads in /proc/PID/task.
template <typename Visit>
bool for_each_number(const std::string& path, Visit visit) {
  const std::unique_ptr<DIR, CloseFolder> folder(opendir(path.c_str()));
  if (!folder) return false;
  while (const dirent* entry = readdir(folder.get())) {
    if (const auto number = number_in(entry->d_name)) visit(static_cast<int>(*number));
  }
  return true;
}

// The argument after "-uuid" in a command line, in which a zero byte ends each argument.
std::string_view uuid_argument(std::string_view command_line) {
  constexpr std::string_view kOption{"\0-uuid\0", 7};
  const std::size_t at = command_line.find(kOption);
  if (at == std::string_view::npos) return {};
  command_line.remove_prefix(at + kOption.size());
  return command_line.substr(0, command_line.find('\0'));
}

// Linux 6.2 and later report it as the directory's size; before that, the entries are counted.
std::optional<std::uint64_t> open_files(const std::string& folder) {
  struct stat status {};
  if (stat(folder.c_str(), &status) == 0 && status.st_size > 0) return static_cast<std::uint64_t>(status.st_size);
  std::uint64_t count = 0;
  if (!for_each_number(folder, [&](int) { ++count; })) return std::nullopt;
  return count;
}

}  // namespace

DomainProcesses::DomainProcesses(std::string proc_path) : proc_path_(std::move(proc_path)), cgroups_(proc_path_) {
  keeps_wait_ = number_of(file_, proc_path_ + "/sys/kernel/sched_schedstats").value_or(0) == 1;
}

void DomainProcesses::find(const std::vector<std::string>& uuids) {
  for_each_number(proc_path_, [&](int pid) {
    const std::string folder = proc_path_ + "/" + std::to_string(pid);
    const auto command_line = file_.read(folder + "/cmdline");
    if (!command_line) return;
    const std::string uuid(uuid_argument(*command_line));
    if (uuid.empty() || std::find(uuids.begin(), uuids.end(), uuid) == uuids.end()) return;
    Process process;
    process.pid = pid;
    process.folder = folder;
    process.stat = KeptFile(folder + "/stat", budget_);
    ProcessReading ignored;
    const auto started = read_stat(process, ignored);
    if (!started) return;
    process.started = *started;
    process.started_at = unix_time_of(*started);
    process.cgroup = cgroups_.files_of(pid, budget_);
    // Two processes while one replaces the other on this node: use the one that started later.
    const auto known = known_.find(uuid);
    if (known == known_.end() || known->second.started < process.started) known_[uuid] = std::move(process);
  });
}

// proc(5): the line "btime" of /proc/stat is the boot time, in Unix seconds. Computed once per process: the kernel
// derives btime from the wall clock at each read, so that it changes when the clock is set.
std::optional<std::int64_t> DomainProcesses::unix_time_of(std::uint64_t ticks) {
  auto text = file_.read(proc_path_ + "/stat");
  while (text && !text->empty()) {
    std::string_view line = next_line(*text);
    if (next_word(line) != "btime") continue;
    const auto boot = number_in(next_word(line));
    if (!boot) return std::nullopt;
    return static_cast<std::int64_t>(*boot + ticks * ns_of_tick() / 1'000'000'000);
  }
  return std::nullopt;
}

// proc(5): "PID (COMM) STATE PPID …"; COMM may contain anything, including blanks and parentheses. Returns the start
// time.
std::optional<std::uint64_t> DomainProcesses::read_stat(Process& process, ProcessReading& reading) {
  const auto text = process.stat.read(file_);
  const std::size_t end = text ? text->rfind(')') : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view rest = text->substr(end + 1);
  std::array<std::string_view, 22> fields;  // from STATE, field 3 in proc(5)
  for (std::string_view& field : fields) field = next_word(rest);
  const char state = fields[0].empty() ? 'X' : fields[0][0];
  if (state == 'Z' || state == 'X') return std::nullopt;
  reading.stopped = state == 'T' || state == 't';
  reading.waiting = state == 'D';
  const auto user = number_in(fields[11]), system = number_in(fields[12]), pages = number_in(fields[21]);
  if (user && system) {
    reading.cpu = {(*user + *system) * ns_of_tick(), *user * ns_of_tick(), *system * ns_of_tick()};
  }
  const std::uint64_t threads = number_in(fields[17]).value_or(0);
  if (std::exchange(process.thread_count, threads) != threads) process.looks = 0;
  if (pages) reading.rss_bytes = static_cast<std::int64_t>(*pages) * sysconf(_SC_PAGESIZE);
  return number_in(fields[19]);
}

std::optional<ProcessReading> DomainProcesses::read(const std::string& uuid, const std::optional<DomainStamp>& stamp) {
  const auto known = known_.find(uuid);
  if (known == known_.end()) return std::nullopt;
  Process& process = known->second;
  ProcessReading reading;
  if (read_stat(process, reading) != process.started) {
    known_.erase(known);
    return std::nullopt;
  }
  // A brief wait in the kernel is normal; at two reads in a row the storage does not respond, and neither will QEMU.
  if (std::exchange(process.was_waiting, reading.waiting) && reading.waiting) reading.stopped = true;
  // The group's time is more precise than the process's, and includes kernel threads that work for it.
  if (process.cgroup) {
    if (const auto cpu = DomainCgroups::read(*process.cgroup, file_)) reading.cpu = *cpu;
  }
  reading.started_at = process.started_at;
  if (std::exchange(process.stamp, stamp) != stamp || !stamp) process.looks = 0;
  if (process.looks < kLooks) process.open_files = open_files(process.folder + "/fd");
  reading.open_files = process.open_files;
  read_threads(process, reading);
  return reading;
}

void DomainProcesses::look_at(const std::string& folder, Thread& thread) {
  ++thread.looks;
  const auto text = file_.read(folder + "/comm");
  if (!text) return;
  std::string_view name = *text;
  if (name.starts_with("live_migration") || name.starts_with("migration")) thread.kind = Kind::kMigration;
  if (!name.starts_with("CPU ")) return;
  name.remove_prefix(4);
  if (const auto number = number_in(name.substr(0, name.find('/')))) {
    thread.kind = Kind::kVcpu;
    thread.vcpu = static_cast<int>(*number);
    thread.schedstat = KeptFile(folder + "/schedstat", budget_);
  }
}

// "se.statistics.wait_sum : 12.345678", in ms and ns; Linux 5.15 removed the prefix.
Count DomainProcesses::wait_of(const std::string& folder) {
  auto text = file_.read(folder + "/sched");
  if (!text) return std::nullopt;
  while (!text->empty()) {
    std::string_view line = next_line(*text);
    const std::string_view name = next_word(line);
    if (!name.ends_with("wait_sum") || next_word(line) != ":") continue;
    const std::string_view value = next_word(line);
    const auto ms = number_in(value.substr(0, value.find('.')));
    const auto ns = number_in(value.substr(std::min(value.find('.') + 1, value.size())));
    if (ms && ns) return *ms * 1'000'000 + *ns;
  }
  return std::nullopt;
}

void DomainProcesses::list_threads(Process& process) {
  const std::string tasks = process.folder + "/task/";
  for_each_number(tasks, [&](int id) {
    Thread& thread = process.threads[id];
    if (thread.kind == Kind::kOther && thread.looks < kLooksAtName) look_at(tasks + std::to_string(id), thread);
    thread.seen = true;
  });
  std::erase_if(process.threads, [](const auto& entry) { return !entry.second.seen; });
  for (auto& [id, thread] : process.threads) thread.seen = false;
}

void DomainProcesses::read_threads(Process& process, ProcessReading& reading) {
  if (process.looks < kLooks) list_threads(process);
  ++process.looks;
  for (auto& [id, thread] : process.threads) {
    if (thread.kind == Kind::kMigration) {
      reading.migrating_away = true;
      process.looks = 0;  // until the process has ended
    }
    if (thread.kind != Kind::kVcpu) continue;
    auto text = thread.schedstat.read(file_);  // "RUN_NS DELAY_NS SLICES"
    if (!text) {
      process.looks = 0;
      continue;
    }
    VcpuReading vcpu;
    vcpu.vcpu = thread.vcpu;
    vcpu.time_ns = number_in(next_word(*text));
    vcpu.delay_ns = number_in(next_word(*text));
    if (keeps_wait_) vcpu.wait_ns = wait_of(process.folder + "/task/" + std::to_string(id));
    reading.vcpus.push_back(std::move(vcpu));
  }
  std::sort(reading.vcpus.begin(), reading.vcpus.end(),
            [](const VcpuReading& a, const VcpuReading& b) { return a.vcpu < b.vcpu; });
}

void DomainProcesses::read_affinity(const std::string& uuid, std::vector<VcpuReading>& vcpus) {
  const auto known = known_.find(uuid);
  if (known == known_.end()) return;
  for (const auto& [id, thread] : known->second.threads) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (thread.kind != Kind::kVcpu || sched_getaffinity(id, sizeof set, &set) != 0) continue;
    const auto cpus = static_cast<std::size_t>(std::clamp(sysconf(_SC_NPROCESSORS_CONF), 1L, long{CPU_SETSIZE}));
    for (VcpuReading& vcpu : vcpus) {
      if (vcpu.vcpu != thread.vcpu) continue;
      vcpu.affinity.resize(cpus);
      for (std::size_t cpu = 0; cpu < cpus; ++cpu) vcpu.affinity[cpu] = CPU_ISSET(cpu, &set);
    }
  }
}

}  // namespace hotspot::collector
