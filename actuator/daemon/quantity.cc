#include "actuator/daemon/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>

namespace hotspot::daemon {
namespace {

// Takes a number off the front of the text. Empty: there is none.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

struct UnitOf {
  std::string_view name;
  double factor;
};

std::optional<double> take_unit(std::string_view& text, std::span<const UnitOf> units) {
  for (const UnitOf& unit : units) {  // longer names first
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.factor;
  }
  return std::nullopt;
}

constexpr std::array kDurations = {UnitOf{"ms", 1},     UnitOf{"s", 1000},     UnitOf{"m", 60e3},
                                   UnitOf{"h", 3600e3}, UnitOf{"d", 86'400e3}, UnitOf{"w", 604'800e3}};
constexpr std::array kBytes = {UnitOf{"KiB", 1024.0}, UnitOf{"MiB", 1048576.0}, UnitOf{"GiB", 1073741824.0},
                               UnitOf{"B", 1.0}};

}  // namespace

Result<bool> parse_switch(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Error{"'" + text + "' is neither true nor false"};
}

Result<Milliseconds> parse_duration(const std::string& text) {
  std::string_view rest = text;
  double total_ms = 0;
  while (!rest.empty()) {
    const auto value = take_number(rest);
    if (!value || *value < 0) break;
    const auto unit = take_unit(rest, kDurations);
    if (!unit) return Error{"'" + text + "' lacks a unit of time; write for instance " + text + "s"};
    total_ms += *value * *unit;
  }
  if (text.empty() || !rest.empty() || total_ms > 1e13) {
    return Error{"'" + text + "' is not a duration; write for instance 300ms, 30s, 1m30s or 2h"};
  }
  return Milliseconds(static_cast<std::int64_t>(total_ms));
}

Result<double> parse_ratio(const std::string& text) {
  std::string_view rest = text;
  auto value = take_number(rest);
  if (value && rest == "%") {
    *value /= 100;
    rest = {};
  }
  if (!value || !rest.empty()) return Error{"'" + text + "' is not a ratio; write for instance 80% or 0.8"};
  if (*value < 0 || *value > 1) return Error{"'" + text + "' is not between 0% and 100%"};
  return *value;
}

Result<int> parse_count(const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return Error{"'" + text + "' is not a whole number from " + std::to_string(least) + " to " + std::to_string(most)};
  }
  return value;
}

Result<std::int64_t> parse_bytes(const std::string& text) {
  std::string_view rest = text;
  const auto value = take_number(rest);
  const auto unit = value ? take_unit(rest, kBytes) : std::nullopt;
  if (!unit || !rest.empty() || *value * *unit < 1 || *value * *unit > 1e15) {
    return Error{"'" + text + "' is not a size; write for instance 128MiB"};
  }
  return static_cast<std::int64_t>(*value * *unit);
}

Result<std::int64_t> parse_bytes_per_second(const std::string& text) {
  std::string_view rest = text;
  const auto value = take_number(rest);
  const auto unit = value ? take_unit(rest, kBytes) : std::nullopt;
  if (!unit || rest != "/s" || *value * *unit < 1 || *value * *unit > 1e15) {
    return Error{"'" + text + "' is not a bandwidth; write for instance 100MiB/s"};
  }
  return static_cast<std::int64_t>(*value * *unit);
}

}  // namespace hotspot::daemon
