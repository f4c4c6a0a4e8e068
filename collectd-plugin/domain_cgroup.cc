#include "collectd-plugin/domain_cgroup.h"

#include <unistd.h>

#include <vector>

namespace hotspot::collector {
namespace {

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == wanted) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

std::string slashless(std::string_view path) { return std::string(path == "/" ? "" : path); }

// The value of a key in a file of lines "key value".
Count value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (next_word(line) == key) return number_in(next_word(line));
  }
  return std::nullopt;
}

Count times(Count value, std::uint64_t factor) { return value ? Count(*value * factor) : value; }

}  // namespace

// mountinfo: "36 35 98:0 ROOT MOUNT OPTIONS … - TYPE SOURCE SUPER_OPTIONS", see proc(5).
DomainCgroups::DomainCgroups(const std::string& proc_path) : proc_path_(proc_path) {
  SmallFile file;
  auto text = file.read(proc_path + "/self/mountinfo");
  if (!text) return;
  while (!text->empty()) {
    std::string_view line = next_line(*text);
    std::vector<std::string_view> words;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) words.push_back(word);
    std::size_t dash = 0;
    while (dash < words.size() && words[dash] != "-") ++dash;
    if (words.size() < 5 || dash + 3 >= words.size()) continue;
    const std::string_view type = words[dash + 1];
    const bool v1 = type == "cgroup" && has_option(words[dash + 3], "cpuacct");
    // If both exist (a hybrid system), libvirt accounts CPU time with the v1 controller.
    if (!v1 && !(type == "cgroup2" && mount_.empty())) continue;
    mount_ = words[4];
    root_ = slashless(words[3]);
    unified_ = !v1;
    if (v1) return;
  }
}

std::optional<std::string> DomainCgroups::folder_of(int pid) const {
  if (mount_.empty()) return std::nullopt;
  SmallFile file;
  auto text = file.read(proc_path_ + "/" + std::to_string(pid) + "/cgroup");
  if (!text) return std::nullopt;
  while (!text->empty()) {
    const std::string_view line = next_line(*text);  // "2:cpu,cpuacct:/machine/…/emulator"
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (unified_ ? !controllers.empty() : !has_option(controllers, "cpuacct")) continue;
    std::string_view path = line.substr(second + 1);
    constexpr std::string_view kEmulator = "/emulator";
    if (!path.ends_with(kEmulator) || !path.starts_with(root_)) return std::nullopt;
    path.remove_suffix(kEmulator.size());
    path.remove_prefix(root_.size());
    return mount_ + std::string(path);
  }
  return std::nullopt;
}

std::optional<CgroupFiles> DomainCgroups::files_of(int pid, const KeptFileBudget& budget) const {
  const auto folder = folder_of(pid);
  if (!folder) return std::nullopt;
  CgroupFiles files;
  if (!unified_) files.usage = KeptFile(*folder + "/cpuacct.usage", budget);
  files.stat = KeptFile(*folder + (unified_ ? "/cpu.stat" : "/cpuacct.stat"), budget);
  return files;
}

std::optional<CpuTimes> DomainCgroups::read(CgroupFiles& files, SmallFile& buffer) {
  CpuTimes cpu;
  if (!files.usage) {
    const auto text = files.stat.read(buffer);
    if (!text) return std::nullopt;
    cpu.total_ns = times(value_of(*text, "usage_usec"), 1000);
    cpu.user_ns = times(value_of(*text, "user_usec"), 1000);
    cpu.system_ns = times(value_of(*text, "system_usec"), 1000);
  } else {
    if (auto text = files.usage.read(buffer)) cpu.total_ns = number_in(next_word(*text));
    if (const auto text = files.stat.read(buffer)) {
      cpu.user_ns = times(value_of(*text, "user"), ns_of_tick());
      cpu.system_ns = times(value_of(*text, "system"), ns_of_tick());
    }
  }
  if (!cpu.total_ns) return std::nullopt;
  return cpu;
}

}  // namespace hotspot::collector
