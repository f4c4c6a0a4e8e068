#include "collectd-plugin/proc_reader.h"

#include <unistd.h>

#include <array>
#include <charconv>

#include "collectd-plugin/small_file.h"

namespace hotspot::collector {
namespace {

std::optional<double> decimal_in(std::string_view word) {
  double value = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (fault != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

void read_meminfo(SmallFile& file, const std::string& path, telemetry::NodeSample& node) {
  auto text = file.read(path);
  std::int64_t huge_pages = 0, huge_pages_free = 0;
  while (text && !text->empty()) {
    std::string_view line = next_line(*text);
    const std::string_view name = next_word(line);
    const auto number = number_in(next_word(line));
    if (!number) continue;
    const auto count = static_cast<std::int64_t>(*number);
    const std::int64_t bytes = count * kKibibyte;
    if (name == "MemTotal:") node.memory_bytes = bytes;
    if (name == "MemFree:") node.memory_free_bytes = bytes;
    if (name == "MemAvailable:") node.memory_available_bytes = bytes;
    if (name == "Buffers:") node.memory_buffers_bytes = bytes;
    if (name == "Cached:") node.memory_cached_bytes = bytes;
    if (name == "Slab:") node.memory_slab_bytes = bytes;
    if (name == "SwapTotal:") node.swap_bytes = bytes;
    if (name == "SwapFree:") node.swap_free_bytes = bytes;
    if (name == "HugePages_Total:") huge_pages = count;
    if (name == "HugePages_Free:") huge_pages_free = count;
    if (name == "Hugepagesize:") {
      node.huge_pages_bytes = huge_pages * bytes;
      node.huge_pages_free_bytes = huge_pages_free * bytes;
    }
  }
}

// "some avg10=1.50 avg60=… total=…": the share of the last ten seconds, in per cent.
void read_pressure(SmallFile& file, const std::string& path, telemetry::Measured& some, telemetry::Measured* full) {
  auto text = file.read(path);
  while (text && !text->empty()) {
    constexpr std::string_view kAverage = "avg10=";
    std::string_view line = next_line(*text);
    const std::string_view kind = next_word(line), average = next_word(line);
    if (!average.starts_with(kAverage)) continue;
    const auto percent = decimal_in(average.substr(kAverage.size()));
    if (!percent) continue;
    if (kind == "some") some = *percent / 100;
    if (kind == "full" && full != nullptr) *full = *percent / 100;
  }
}

void read_load(SmallFile& file, const std::string& path, telemetry::NodeSample& node) {
  auto text = file.read(path);
  if (!text) return;
  for (telemetry::Measured* load : {&node.load_1m, &node.load_5m, &node.load_15m}) {
    const auto value = decimal_in(next_word(*text));
    if (!value) return;
    *load = *value;
  }
}

}  // namespace

void read_proc(const std::string& proc_path, telemetry::NodeSample& node) {
  SmallFile file;
  read_meminfo(file, proc_path + "/meminfo", node);
  read_load(file, proc_path + "/loadavg", node);
  telemetry::Pressure& pressure = node.pressure;
  read_pressure(file, proc_path + "/pressure/cpu", pressure.cpu_some_ratio, nullptr);
  read_pressure(file, proc_path + "/pressure/memory", pressure.memory_some_ratio, &pressure.memory_full_ratio);
  read_pressure(file, proc_path + "/pressure/io", pressure.io_some_ratio, &pressure.io_full_ratio);
}

// "cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL …" in clock ticks; USER includes guest time.
void read_proc_counters(const std::string& proc_path, NodeReading& node) {
  SmallFile file;
  if (auto text = file.read(proc_path + "/stat")) {
    std::string_view line = next_line(*text);
    std::array<Count, 8> ticks;
    const bool all = next_word(line) == "cpu";
    for (Count& tick : ticks) tick = number_in(next_word(line));
    if (all && ticks[0] && ticks[1] && ticks[2] && ticks[3] && ticks[4] && ticks[5] && ticks[6]) {
      const std::uint64_t ns = ns_of_tick();
      node.cpu_user_ns = (*ticks[0] + *ticks[1]) * ns;
      node.cpu_system_ns = (*ticks[2] + *ticks[5] + *ticks[6]) * ns;
      node.cpu_idle_ns = *ticks[3] * ns;
      node.cpu_iowait_ns = *ticks[4] * ns;
      if (ticks[7]) node.cpu_steal_ns = *ticks[7] * ns;
    }
  }
  auto text = file.read(proc_path + "/vmstat");
  while (text && !text->empty()) {
    std::string_view line = next_line(*text);
    if (!line.starts_with("pswp")) continue;
    const std::string_view name = next_word(line);
    const auto pages = number_in(next_word(line));
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    if (name == "pswpin" && pages) node.swap_in_bytes = *pages * page;
    if (name == "pswpout" && pages) node.swap_out_bytes = *pages * page;
  }
}

void read_sys(const std::string& sys_path, telemetry::NodeSample& node) {
  SmallFile file;
  const auto shared = number_of(file, sys_path + "/kernel/mm/ksm/pages_sharing");
  if (shared) node.ksm_saved_bytes = static_cast<std::int64_t>(*shared) * sysconf(_SC_PAGESIZE);
  for (telemetry::NumaCell& cell : node.numa_cells) {
    auto text = file.read(sys_path + "/devices/system/node/node" + std::to_string(cell.cell) + "/meminfo");
    while (text && !text->empty()) {  // "Node 0 MemFree:  1234 kB"
      std::string_view line = next_line(*text);
      next_word(line);
      next_word(line);
      if (next_word(line) != "MemFree:") continue;
      const auto kib = number_in(next_word(line));
      if (kib) cell.memory_free_bytes = static_cast<std::int64_t>(*kib) * kKibibyte;
      break;
    }
  }
}

}  // namespace hotspot::collector
