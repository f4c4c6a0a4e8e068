#include "actuator/rules/language/humanize.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "actuator/rules/language/calendar.h"

namespace hotspot::rules {
namespace {

// Go's %.4g; it differs from C only for NaN and infinities.
std::string four_digits(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

constexpr std::array<const char*, 8> kSmall{"m", "u", "n", "p", "f", "a", "z", "y"};

// Below one: the prefix that makes the value at least one.
std::string small(double value) {
  const char* prefix = "";
  for (const char* next : kSmall) {
    if (std::fabs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return four_digits(value) + prefix;
}

std::string large(double value, double step, const std::array<const char*, 8>& prefixes) {
  const char* prefix = "";
  for (const char* next : prefixes) {
    if (std::fabs(value) < step) break;
    prefix = next;
    value /= step;
  }
  return four_digits(value) + prefix;
}

}  // namespace

std::string number_text(double value) {
  if (!std::isfinite(value)) return four_digits(value);
  const double size = std::fabs(value);
  const bool exponent = size != 0 && (size < 1e-4 || size >= 1e21);
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 exponent ? std::chars_format::scientific : std::chars_format::fixed)
                       .ptr;
  return {text.data(), end};
}

std::string number_text_plain(double value) {
  if (!std::isfinite(value)) return four_digits(value);
  std::array<char, 400> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr};
}

std::string humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return four_digits(value);
  if (std::fabs(value) >= 1) return large(value, 1000, {"k", "M", "G", "T", "P", "E", "Z", "Y"});
  return small(value);
}

std::string humanize_1024(double value) {
  if (std::fabs(value) <= 1 || !std::isfinite(value)) return four_digits(value);
  return large(value, 1024, {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"});
}

std::string humanize_duration(double seconds) {
  if (!std::isfinite(seconds)) return four_digits(seconds);
  if (seconds == 0) return "0s";
  if (std::fabs(seconds) < 1) return small(seconds) + "s";
  // Above 2^63 seconds a form in days makes no sense.
  if (std::fabs(seconds) > 9e18) return four_digits(seconds) + "s";
  const std::string sign = seconds < 0 ? "-" : "";
  const auto whole = static_cast<std::int64_t>(std::fabs(seconds));
  const auto part = [](std::int64_t number, const char* unit) { return std::to_string(number) + unit; };
  const std::int64_t days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
  const std::string tail = part(minutes, "m ") + part(whole % 60, "s");
  if (days != 0) return sign + part(days, "d ") + part(hours, "h ") + tail;
  if (hours != 0) return sign + part(hours, "h ") + tail;
  if (minutes != 0) return sign + tail;
  return sign + four_digits(std::fabs(seconds)) + "s";
}

std::string humanize_timestamp(double seconds) {
  // Above what 64 bits of nanoseconds hold, Prometheus shows the number.
  if (!std::isfinite(seconds) || std::fabs(seconds) > 9.2e9) return four_digits(seconds);
  std::array<char, 64> text{};
  const double second = std::floor(seconds) - std::floor(seconds / 60) * 60;
  std::snprintf(text.data(), text.size(), "%04.0f-%02.0f-%02.0f %02.0f:%02.0f:%02.0f", year(seconds), month(seconds),
                day_of_month(seconds), hour(seconds), minute(seconds), second);
  std::string shown = text.data();
  const auto ms = static_cast<int>((seconds - std::floor(seconds)) * 1000 + 0.5);
  if (ms > 0 && ms < 1000) {
    std::snprintf(text.data(), text.size(), ".%03d", ms);
    shown += text.data();
    while (shown.back() == '0') shown.pop_back();
  }
  return shown + " +0000 UTC";
}

std::string humanize_percentage(double ratio) { return four_digits(ratio * 100) + "%"; }

}  // namespace hotspot::rules
