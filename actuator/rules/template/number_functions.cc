// humanize and its variants, times and durations.
#include <array>
#include <cmath>

#include "actuator/rules/template/digits.h"
#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/moment.h"
#include "common/text/duration.h"

namespace hotspot::rules::templates {
namespace {

using Arguments = std::span<const Value>;

constexpr std::array<const char*, 8> kSmall{"m", "u", "n", "p", "f", "a", "z", "y"};
constexpr std::array<const char*, 8> kLarge{"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr std::array<const char*, 8> kLarge1024{"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

Result<double> to_number(const Value& value) {
  if (value.is(Type::kFloat)) return value.number();
  if (value.is(Type::kString)) return parse_number(value.text());
  if (value.is(Type::kInt) || value.is(Type::kInt64)) return static_cast<double>(value.integer());
  return Error{"can't convert " + type_name(value) + " to float"};
}

std::string four(double number) { return format_number(number, 'g', 4); }

std::string scaled_down(double number, double step, const std::array<const char*, 8>& prefixes) {
  const char* prefix = "";
  for (const char* next : prefixes) {
    if (std::fabs(number) < step) break;
    prefix = next;
    number /= step;
  }
  return four(number) + prefix;
}

std::string scaled_up(double number) {
  const char* prefix = "";
  for (const char* next : kSmall) {
    if (std::fabs(number) >= 1) break;
    prefix = next;
    number *= 1000;
  }
  return four(number) + prefix;
}

std::string humanized(double number) {
  if (number == 0 || !std::isfinite(number)) return four(number);
  return std::fabs(number) >= 1 ? scaled_down(number, 1000, kLarge) : scaled_up(number);
}

std::string humanized_1024(double number) {
  if (std::fabs(number) <= 1 || !std::isfinite(number)) return four(number);
  return scaled_down(number, 1024, kLarge1024);
}

std::string humanized_duration(double seconds) {
  if (!std::isfinite(seconds)) return four(seconds);
  if (seconds == 0) return four(seconds) + "s";
  if (std::fabs(seconds) < 1) return scaled_up(seconds) + "s";
  const std::string sign = seconds < 0 ? "-" : "";
  const double size = std::fabs(seconds);
  // A value beyond 64 bits becomes the smallest integer, as on Prometheus' platforms.
  const std::int64_t whole = size < 9223372036854775808.0 ? static_cast<std::int64_t>(size) : INT64_MIN;
  const auto part = [](std::int64_t number, const char* unit) { return std::to_string(number) + unit; };
  const std::int64_t days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
  const std::string rest = part(minutes, "m ") + part(whole % 60, "s");
  if (days != 0) return sign + part(days, "d ") + part(hours, "h ") + rest;
  if (hours != 0) return sign + part(hours, "h ") + rest;
  if (minutes != 0) return sign + rest;
  return sign + four(size) + "s";
}

std::string humanized_percentage(double ratio) { return four(ratio * 100) + "%"; }

template <std::string (*Shown)(double)>
Result<Value> shown_number(Arguments arguments, Surroundings&) {
  const auto number = to_number(arguments[0]);
  if (!number) return number.error();
  return of_text(Shown(*number));
}

// In milliseconds, like Prometheus' timestamps.
Result<std::int64_t> to_moment(double seconds) {
  if (!std::isfinite(seconds)) return Error{"value is NaN or Inf"};
  const double ns = seconds * 1e9;
  if (ns > 9223372036854775807.0 || ns < -9223372036854775808.0)
    return Error{format_number(seconds, 'g', -1) +
                 " cannot be represented as a nanoseconds timestamp since it overflows int64"};
  const std::int64_t whole = ns >= 9223372036854775807.0 ? INT64_MAX : static_cast<std::int64_t>(ns);
  return whole / 1'000'000 * 1'000'000;
}

Result<Value> humanized_timestamp(Arguments arguments, Surroundings&) {
  const auto seconds = to_number(arguments[0]);
  if (!seconds) return seconds.error();
  if (!std::isfinite(*seconds)) return of_text(four(*seconds));
  const auto moment = to_moment(*seconds);
  if (!moment) return moment.error();
  return of_text(moment_text(*moment));
}

Result<Value> to_time(Arguments arguments, Surroundings&) {
  const auto seconds = to_number(arguments[0]);
  if (!seconds) return seconds.error();
  const auto moment = to_moment(*seconds);
  if (!moment) return moment.error();
  return of_kind(Type::kTimeOf, *moment);
}

Result<Value> to_duration(Arguments arguments, Surroundings&) {
  const auto seconds = to_number(arguments[0]);
  if (!seconds) return seconds.error();
  const double ns = *seconds * 1e9;
  const bool fits = ns > -9223372036854775808.0 && ns < 9223372036854775807.0;
  return of_kind(Type::kDuration, fits ? static_cast<std::int64_t>(ns) : INT64_MIN);
}

Result<Value> duration_seconds(Arguments arguments, Surroundings&) {
  const std::string& text = arguments[0].text();
  if (text.empty()) return Error{"empty duration string"};
  const auto read = text::parse_duration(text);
  if (!read) return Error{"not a valid duration string: " + quote_text(text, Quoting::kUnicode)};
  return of_number(static_cast<double>(read->count()) / 1000);
}

}  // namespace

std::vector<Function> number_functions() {
  using enum Parameter;
  return {{"humanize", {kAny}, false, shown_number<humanized>},
          {"humanize1024", {kAny}, false, shown_number<humanized_1024>},
          {"humanizeDuration", {kAny}, false, shown_number<humanized_duration>},
          {"humanizePercentage", {kAny}, false, shown_number<humanized_percentage>},
          {"humanizeTimestamp", {kAny}, false, humanized_timestamp},
          {"toTime", {kAny}, false, to_time},
          {"toDuration", {kAny}, false, to_duration},
          {"parseDuration", {kText}, false, duration_seconds}};
}

}  // namespace hotspot::rules::templates
