#include "actuator/model/text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace hotspot::model {
namespace {

// One decimal below ten, none above; "4.0" is written "4".
std::string short_number(double value) {
  std::array<char, 32> text{};
  const bool decimal = std::fabs(value) < 9.95 && std::fabs(value - std::round(value)) >= 0.05;
  std::snprintf(text.data(), text.size(), decimal ? "%.1f" : "%.0f", value);
  return text.data();
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (std::fabs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return short_number(value) + " " + kUnits[unit];
}

std::string vcpus_text(int count) { return std::to_string(count) + (count == 1 ? " vCPU" : " vCPUs"); }

std::string ratio_text(double ratio) { return short_number(ratio * 100) + " %"; }

std::string duration_text(Milliseconds duration) {
  const std::int64_t ms = duration.count();
  if (std::llabs(ms) < 1000) return std::to_string(ms) + " ms";
  if (std::llabs(ms) < 60'000) return short_number(static_cast<double>(ms) / 1000) + " s";
  const auto pair = [](std::int64_t large, const char* large_unit, std::int64_t small, const char* small_unit) {
    std::string text = std::to_string(large) + " " + large_unit;
    if (small != 0) text += " " + std::to_string(std::llabs(small)) + " " + small_unit;
    return text;
  };
  const std::int64_t seconds = ms / 1000;
  if (std::llabs(seconds) < 3600) return pair(seconds / 60, "min", seconds % 60, "s");
  if (std::llabs(seconds) < 48 * 3600) return pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
  return pair(seconds / 86'400, "d", seconds % 86'400 / 3600, "h");
}

}  // namespace hotspot::model
