#include "common/text/duration.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/text/ascii.h"
#include "common/text/numeral.h"

namespace hotspot::text {
namespace {

struct TimeUnit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<TimeUnit, 7> kTimeUnits{{{"y", 31'536'000'000},
                                              {"w", 604'800'000},
                                              {"d", 86'400'000},
                                              {"h", 3'600'000},
                                              {"m", 60'000},
                                              {"s", 1000},
                                              {"ms", 1}}};

// What 64 bits of nanoseconds hold, as in Prometheus: 292 years. A double represents so many milliseconds exactly.
constexpr double kMostMs = 9'223'372'036'854;

enum class Form { kPrometheus, kLoose };

std::size_t letters_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_letter(text[at])) ++at;
  return at;
}

// One number and its unit, for suggestions when something else was written than "1m30s".
QuantityProblem not_a_duration(std::string_view text) {
  const std::size_t number_end = numeral_end(text, 0);
  const std::string_view number = text.substr(0, number_end);
  const bool whole = digits_end(text, 0) == number_end;
  const std::size_t unit_at = std::min(text.find_first_not_of(' ', number_end), text.size());
  const std::string_view unit = text.substr(unit_at);
  const auto value = numeral(number);
  if (!value) {
    if (text.starts_with("-")) return {0, "a time cannot be negative", ""};
    return {0, in_quotes(text) + " is not a duration; write one such as 30s or 1m30s", ""};
  }
  if (unit.empty()) return {0, in_quotes(text) + " has no unit", whole ? std::string(number) + "s" : ""};
  const std::string_view meant = meant_time_unit(unit);
  const auto ms = milliseconds_of_unit(meant);
  if (!ms) return {unit_at, "unknown unit of time " + in_quotes(unit) + "; there are y, w, d, h, m, s and ms", ""};
  std::string suggestion;
  if (*value * static_cast<double>(*ms) < kMostMs) {
    suggestion = whole ? std::string(number) + std::string(meant)
                       : duration_source(Milliseconds(std::llround(*value * static_cast<double>(*ms))));
  }
  if (unit != meant) return {unit_at, "unknown unit of time " + in_quotes(unit), suggestion};
  if (!whole) return {0, "a time is written in whole numbers", suggestion};
  return {number_end, "a unit must directly follow its number", suggestion};
}

Parsed<Milliseconds> parse(std::string_view text, Form form) {
  if (text == "0") return Milliseconds(0);
  if (text.empty()) return QuantityProblem{0, "a time is missing here; write one such as 30s or 1m30s", ""};
  double total = 0;
  std::size_t next_unit = 0;  // in kTimeUnits: from large to small
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t number_end = form == Form::kLoose ? numeral_end(text, at) : digits_end(text, at);
    const std::size_t unit_end = letters_end(text, number_end);
    const std::string_view name = text.substr(number_end, unit_end - number_end);
    const auto unit =
        std::find_if(kTimeUnits.begin(), kTimeUnits.end(), [&](const TimeUnit& u) { return u.name == name; });
    const auto count = numeral(text.substr(at, number_end - at));
    if (at > 0 && number_end == text.size())  // 1m30
      return QuantityProblem{at, in_quotes(text.substr(at)) + " has no unit", std::string(text) + "s"};
    if (!count || unit == kTimeUnits.end()) return not_a_duration(text);
    const auto index = static_cast<std::size_t>(unit - kTimeUnits.begin());
    if (form == Form::kPrometheus && index < next_unit)
      return QuantityProblem{number_end, "a time is written from large units to small, each once", ""};
    next_unit = index + 1;
    total += *count * static_cast<double>(unit->ms);
    if (total > kMostMs) return QuantityProblem{at, "longer than 292 years", ""};
    at = unit_end;
  }
  return Milliseconds(std::llround(total));
}

}  // namespace

std::optional<std::int64_t> milliseconds_of_unit(std::string_view unit) {
  for (const TimeUnit& known : kTimeUnits) {
    if (known.name == unit) return known.ms;
  }
  return std::nullopt;
}

std::string_view meant_time_unit(std::string_view unit) {
  if (milliseconds_of_unit(unit)) return unit;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kMeant{
      {{"ms", "ms"}, {"msec", "ms"}, {"millis", "ms"}, {"millisecond", "ms"}, {"milliseconds", "ms"},
       {"s", "s"},   {"sec", "s"},   {"secs", "s"},    {"second", "s"},       {"seconds", "s"},
       {"m", "m"},   {"min", "m"},   {"mins", "m"},    {"minute", "m"},       {"minutes", "m"},
       {"h", "h"},   {"hr", "h"},    {"hrs", "h"},     {"hour", "h"},         {"hours", "h"},
       {"d", "d"},   {"day", "d"},   {"days", "d"}}};
  const std::string word = lower_case(unit);
  for (const auto& [written, meant] : kMeant) {
    if (written == word) return meant;
  }
  return {};
}

Parsed<Milliseconds> parse_duration(std::string_view text) { return parse(text, Form::kPrometheus); }
Parsed<Milliseconds> parse_loose_duration(std::string_view text) { return parse(text, Form::kLoose); }

std::string duration_source(Milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  for (const TimeUnit& unit : kTimeUnits) {
    // Weeks and years only if nothing is left: 90d is easier to read than 12w6d. Prometheus does the same.
    if (rest < unit.ms || ((unit.name == "w" || unit.name == "y") && rest % unit.ms != 0)) continue;
    text += std::to_string(rest / unit.ms) + std::string(unit.name);
    rest %= unit.ms;
  }
  return text;
}

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

}  // namespace hotspot::text
