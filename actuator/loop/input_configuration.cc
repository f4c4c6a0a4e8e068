#include "actuator/loop/input_configuration.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "actuator/loop/input_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

// Beyond these, sums and products of them would overflow.
constexpr int kMostNumber = 1'000'000;
constexpr Milliseconds kLongestTime{std::chrono::hours(24 * 3660)};
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;
constexpr std::int64_t kFarthestSecond = 10'000'000'000'000;  // the tz database begins with the year -32767
constexpr std::size_t kMostWindows = 1000, kMostSpans = 10'000;

bool in_range(double number, double most) { return number >= 0 && number <= most; }
bool in_range(Milliseconds time) { return time >= Milliseconds(0) && time <= kLongestTime; }
bool in_range(int number) { return number >= 0 && number <= kMostNumber; }

bool possible(const plan::Limits& one) {
  const auto numbers = {one.migrations_in_per_node, one.migrations_out_per_node, one.migrations_per_cluster,
                        one.actions_per_cluster,    one.settle_samples,          one.standing.rounds};
  const auto times = {one.cooldown_cap, one.cooldown_window, one.reversal_rest, one.return_rest};
  return std::all_of(numbers.begin(), numbers.end(), [](int number) { return in_range(number); }) &&
         std::all_of(times.begin(), times.end(), [](Milliseconds time) { return in_range(time); }) &&
         in_range(one.standing.margin_ratio, kMostNumber);
}

bool possible(const model::Freshness& one) {
  return in_range(one.max_age_intervals, kMostNumber) && in_range(one.min_max_age) && in_range(one.max_clock_skew) &&
         in_range(one.max_interval);
}

bool possible(const plan::MigrationSettings& one) {
  const auto bytes = {one.bandwidth_bytes_per_second.value_or(0), one.storage_max_bytes.value_or(0)};
  return std::all_of(bytes.begin(), bytes.end(), [](std::int64_t of) { return of >= 0 && of <= kMostBytes; }) &&
         in_range(one.max_downtime_ms) && in_range(one.connections) && in_range(one.storage_max_time);
}

bool possible(const plan::ShrinkPace& one) {
  return one.step_bytes > 0 && one.step_bytes <= kMostBytes && in_range(one.step_pause) && in_range(one.watch);
}

bool possible(const model::TimeZone& zone) {
  const auto later = [](const auto& a, const auto& b) { return a.from_unix_seconds >= b.from_unix_seconds; };
  return !zone.spans.empty() && zone.spans.size() <= kMostSpans &&
         std::adjacent_find(zone.spans.begin(), zone.spans.end(), later) == zone.spans.end() &&
         std::all_of(zone.spans.begin(), zone.spans.end(), [](const model::TimeZone::Span& span) {
           return std::abs(span.offset_seconds) <= kMostNumber && span.from_unix_seconds >= -kFarthestSecond &&
                  span.from_unix_seconds <= kFarthestSecond;
         });
}

// What is wrong; empty: nothing.
std::string read_window(const Json& object, plan::Window& window) {
  model::TimeZone zone;
  std::vector<std::string> kinds;
  record::MemberReader reader(object);
  reader("days", window.days);
  reader("from_minute", window.from_minute);
  reader("to_minute", window.to_minute);
  reader("actions", kinds);
  reader("rules", window.rules);
  reader("zone", zone);
  if (!reader.problem().empty()) return reader.problem();
  for (const std::string& kind : kinds) {
    const auto known = plan::action_kind_from_string(kind);
    if (!known) return "a kind of action is not known";
    window.actions.push_back(*known);
  }
  const auto in_day = [](int minute) { return minute >= 0 && minute <= 24 * 60; };
  const auto in_week = [](int day) { return day >= 0 && day <= 6; };
  if (!in_day(window.from_minute) || !in_day(window.to_minute) || !possible(zone) ||
      !std::all_of(window.days.begin(), window.days.end(), in_week))
    return "a time window is not possible";
  window.zone = std::make_shared<const model::TimeZone>(std::move(zone));
  return "";
}

std::string read_windows(const Json& list, std::vector<plan::Window>& windows) {
  if (list.size() > kMostWindows) return "there are too many time windows";
  for (const Json& object : list) {
    if (!object.is_object()) return "a time window is not an object";
    if (std::string wrong = read_window(object, windows.emplace_back()); !wrong.empty()) return wrong;
  }
  return "";
}

bool possible(const InputConfiguration& made) {
  return possible(made.limits) && possible(made.freshness) && possible(made.migration) && possible(made.shrink_pace) &&
         possible(made.zone) && in_range(made.memory_observed) && in_range(made.margins.node_cpu_ceiling_ratio, 100) &&
         in_range(made.margins.node_memory_margin_ratio, 100);
}

}  // namespace

Result<InputConfiguration> configuration_from_text(const std::string& text) {
  const Json object = record::parse_json(text);
  if (!object.is_object()) return Error{"the configuration is not a JSON object"};
  InputConfiguration made;
  record::MemberReader reader(object);
  reader("limits", made.limits);
  reader("margins", made.margins);
  reader("freshness", made.freshness);
  reader("migration", made.migration);
  reader("shrink_pace", made.shrink_pace);
  reader("zone", made.zone);
  reader("memory_observed", made.memory_observed);
  reader("rule_operations", made.rule_operations);
  std::string wrong = reader.problem();
  if (wrong.empty()) wrong = read_windows(record::list_in(object, "allow"), made.windows.allow);
  if (wrong.empty()) wrong = read_windows(record::list_in(object, "deny"), made.windows.deny);
  if (!wrong.empty()) return Error{"the configuration is not understood: " + wrong};
  if (!possible(made)) return Error{"the configuration has figures that no configuration has"};
  return made;
}

}  // namespace hotspot::loop
