#include "collectd-plugin/proc_reader.h"

#include <fstream>
#include <sstream>

namespace hotspot::collector {
namespace {

void read_meminfo(const std::string& path, telemetry::NodeSample& node) {
  std::ifstream file(path);
  std::string name, unit;
  std::int64_t kib = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    if (!(fields >> name >> kib)) continue;
    const std::int64_t bytes = kib * kKibibyte;
    if (name == "MemTotal:") node.memory_bytes = bytes;
    if (name == "MemFree:") node.memory_free_bytes = bytes;
    if (name == "MemAvailable:") node.memory_available_bytes = bytes;
    if (name == "SwapTotal:") node.swap_bytes = bytes;
    if (name == "SwapFree:") node.swap_free_bytes = bytes;
  }
}

// "some avg10=1.50 avg60=… total=…": the share of the last ten seconds, in per cent.
void read_pressure(const std::string& path, telemetry::Measured& some, telemetry::Measured* full) {
  std::ifstream file(path);
  std::string kind, average;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    if (!(fields >> kind >> average) || !average.starts_with("avg10=")) continue;
    std::istringstream number(average.substr(6));
    double percent = 0;
    if (!(number >> percent)) continue;
    if (kind == "some") some = percent / 100;
    if (kind == "full" && full != nullptr) *full = percent / 100;
  }
}

}  // namespace

void read_proc(const std::string& proc_path, telemetry::NodeSample& node) {
  read_meminfo(proc_path + "/meminfo", node);
  double load = 0;
  if (std::ifstream(proc_path + "/loadavg") >> load) node.load_1m = load;
  telemetry::Pressure& pressure = node.pressure;
  read_pressure(proc_path + "/pressure/cpu", pressure.cpu_some_ratio, nullptr);
  read_pressure(proc_path + "/pressure/memory", pressure.memory_some_ratio, &pressure.memory_full_ratio);
  read_pressure(proc_path + "/pressure/io", pressure.io_some_ratio, &pressure.io_full_ratio);
}

}  // namespace hotspot::collector
