#include "actuator/rules/language/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "actuator/rules/language/characters.h"

namespace hotspot::rules {
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

struct BytesUnit {
  std::string_view name;
  double bytes;
};
constexpr std::array<BytesUnit, 5> kBytesUnits{
    {{"B", 1.0}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}}};

// What 64 bits of nanoseconds hold, as in Prometheus: 292 years. Sums of a few, in milliseconds, are far from overflow.
constexpr std::int64_t kMaxDurationMs = 9'223'372'036'854;
constexpr int kMaxSamples = 1000;

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::size_t letters_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_letter(text[at])) ++at;
  return at;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// One number and its unit, for the suggestions of what was written instead of "1m30s".
TextProblem not_a_duration(std::string_view text) {
  std::size_t number_end = digits_end(text, 0);
  const bool whole = number_end == text.size() || text[number_end] != '.';
  if (!whole) number_end = digits_end(text, number_end + 1);
  const std::string_view number = text.substr(0, number_end);
  const std::size_t unit_at = std::min(text.find_first_not_of(' ', number_end), text.size());
  const std::string_view unit = text.substr(unit_at);
  if (number.empty()) {
    if (text.starts_with("-")) return {0, "a time cannot be negative", ""};
    return {0, quoted(text) + " is not a time; write one such as 30s or 1m30s", ""};
  }
  if (unit.empty()) return {0, quoted(text) + " has no unit", whole ? std::string(number) + "s" : ""};
  const std::string_view meant = meant_time_unit(unit);
  const auto ms = milliseconds_of_unit(meant);
  if (!ms) return {unit_at, "unknown unit of time " + quoted(unit) + "; there are y, w, d, h, m, s and ms", ""};
  const auto value = decimal(number);
  std::string suggestion;
  if (value && *value * static_cast<double>(*ms) < static_cast<double>(kMaxDurationMs)) {
    suggestion = whole ? std::string(number) + std::string(meant)
                       : duration_source(Milliseconds(std::llround(*value * static_cast<double>(*ms))));
  }
  if (unit != meant) return {unit_at, "unknown unit of time " + quoted(unit), suggestion};
  if (!whole) return {0, "a time is written in whole numbers", suggestion};
  return {number_end, "a unit stands right behind its number", suggestion};
}

}  // namespace

std::optional<double> bytes_of_unit(std::string_view unit) {
  for (const BytesUnit& known : kBytesUnits) {
    if (known.name == unit) return known.bytes;
  }
  return std::nullopt;
}

std::optional<std::int64_t> milliseconds_of_unit(std::string_view unit) {
  for (const TimeUnit& known : kTimeUnits) {
    if (known.name == unit) return known.ms;
  }
  return std::nullopt;
}

std::string_view meant_bytes_unit(std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kMeant{
      {{"b", "B"},     {"byte", "B"}, {"bytes", "B"}, {"k", "KiB"},   {"kb", "KiB"},  {"ki", "KiB"},   {"kib", "KiB"},
       {"m", "MiB"},   {"mb", "MiB"}, {"mi", "MiB"},  {"mib", "MiB"}, {"g", "GiB"},   {"gb", "GiB"},   {"gi", "GiB"},
       {"gib", "GiB"}, {"t", "TiB"},  {"tb", "TiB"},  {"ti", "TiB"},  {"tib", "TiB"}, {"mbyte", "MiB"}}};
  const std::string word = lower(unit);
  for (const auto& [written, meant] : kMeant) {
    if (written == word) return meant;
  }
  return {};
}

std::string_view meant_time_unit(std::string_view unit) {
  if (milliseconds_of_unit(unit)) return unit;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kMeant{
      {{"ms", "ms"}, {"msec", "ms"}, {"millis", "ms"}, {"millisecond", "ms"}, {"milliseconds", "ms"},
       {"s", "s"},   {"sec", "s"},   {"secs", "s"},    {"second", "s"},       {"seconds", "s"},
       {"m", "m"},   {"min", "m"},   {"mins", "m"},    {"minute", "m"},       {"minutes", "m"},
       {"h", "h"},   {"hr", "h"},    {"hrs", "h"},     {"hour", "h"},         {"hours", "h"},
       {"d", "d"},   {"day", "d"},   {"days", "d"}}};
  const std::string word = lower(unit);
  for (const auto& [written, meant] : kMeant) {
    if (written == word) return meant;
  }
  return {};
}

std::string duration_source(Milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  for (const TimeUnit& unit : kTimeUnits) {
    // Weeks and years only where nothing is left: 90d is easier to read than 12w6d. So does Prometheus.
    if (rest < unit.ms || ((unit.name == "w" || unit.name == "y") && rest % unit.ms != 0)) continue;
    text += std::to_string(rest / unit.ms) + std::string(unit.name);
    rest %= unit.ms;
  }
  return text;
}

Parsed<Milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return Milliseconds(0);
  std::int64_t total = 0;
  std::size_t next_unit = 0;  // in kTimeUnits: from large to small
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t number_end = digits_end(text, at);
    const std::size_t unit_end = letters_end(text, number_end);
    const std::string_view name = text.substr(number_end, unit_end - number_end);
    const auto unit =
        std::find_if(kTimeUnits.begin(), kTimeUnits.end(), [&](const TimeUnit& u) { return u.name == name; });
    if (number_end == at || unit == kTimeUnits.end()) return not_a_duration(text);
    const auto index = static_cast<std::size_t>(unit - kTimeUnits.begin());
    if (index < next_unit) return TextProblem{number_end, "a time is written from large units to small, each once", ""};
    next_unit = index + 1;
    std::int64_t count = 0;
    const auto parsed = std::from_chars(text.data() + at, text.data() + number_end, count);
    if (parsed.ec != std::errc() || count > (kMaxDurationMs - total) / unit->ms) {
      return TextProblem{at, "longer than 292 years", ""};
    }
    total += count * unit->ms;
    at = unit_end;
  }
  if (text.empty()) return TextProblem{0, "a time is missing here; write one such as 30s or 1m30s", ""};
  return Milliseconds(total);
}

Parsed<std::int64_t> parse_bytes(std::string_view text) {
  std::size_t number_end = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  while (number_end < text.size() && (is_digit(text[number_end]) || text[number_end] == '.')) ++number_end;
  const std::string_view number = text.substr(0, number_end);
  const auto value = decimal(number.starts_with("+") ? number.substr(1) : number);
  if (!value) return TextProblem{0, quoted(text) + " is not a size; write one such as 512MiB or 2GiB", ""};
  const std::size_t unit_at = std::min(text.find_first_not_of(' ', number_end), text.size());
  const std::string_view unit = text.substr(unit_at);
  if (unit.empty()) {
    if (*value == 0) return std::int64_t{0};
    return TextProblem{0, quoted(text) + " has no unit",
                       std::string(number) + (std::fabs(*value) < 1'048'576 ? "MiB" : "B")};
  }
  const auto factor = bytes_of_unit(unit);
  if (!factor) {
    const std::string_view meant = meant_bytes_unit(unit);
    if (meant.empty()) {
      return TextProblem{unit_at, "unknown unit of size " + quoted(unit) + "; there are B, KiB, MiB, GiB and TiB", ""};
    }
    return TextProblem{unit_at, "unknown unit of size " + quoted(unit), std::string(number) + std::string(meant)};
  }
  if (unit_at != number_end) {
    return TextProblem{number_end, "a unit stands right behind its number", std::string(number) + std::string(unit)};
  }
  const double bytes = *value * *factor;
  if (std::fabs(bytes) > 1e18) return TextProblem{0, quoted(text) + " is more memory than there is", ""};
  return static_cast<std::int64_t>(std::llround(bytes));
}

Parsed<int> parse_whole_number(std::string_view text) {
  int value = 0;
  const std::string_view digits = text.starts_with("+") ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return TextProblem{0, quoted(text) + " is too large", ""};
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return TextProblem{0, quoted(text) + " is not a whole number", ""};
  }
  return value;
}

Parsed<Hold> parse_hold(std::string_view text) {
  const std::size_t k_end = digits_end(text, 0);
  const std::size_t word = std::min(text.find_first_not_of(" \t", k_end), text.size());
  const bool slash = k_end > 0 && text.substr(word, 1) == "/";
  const bool of = k_end > 0 && text.substr(word, 2) == "of";
  if (!slash && !of) {
    const Parsed<Milliseconds> time = parse_duration(text);
    if (time) return Hold(HoldFor{time.value()});
    TextProblem problem = time.error();
    if (!text.empty() && !is_digit(text[0]) && text[0] != '-') {
      problem.message = quoted(text) + " is neither a time such as 30s nor a number of samples such as 3 of 5";
    }
    return problem;
  }
  const std::size_t n_at = std::min(text.find_first_not_of(" \t", word + (of ? 2 : 1)), text.size());
  const std::string_view n_text = text.substr(n_at);
  const Parsed<int> k = parse_whole_number(text.substr(0, k_end));
  const Parsed<int> n = parse_whole_number(n_text);
  if (!k || !n || digits_end(n_text, 0) != n_text.size()) {
    return TextProblem{n_at, quoted(text) + " is not a number of samples such as 3 of 5", ""};
  }
  const std::string swapped = std::to_string(n.value()) + " of " + std::to_string(k.value());
  if (slash)
    return TextProblem{
        word, "samples are counted with 'of'",
        k.value() <= n.value() ? std::to_string(k.value()) + " of " + std::to_string(n.value()) : swapped};
  if (k.value() < 1) return TextProblem{0, "at least 1 sample must hold", ""};
  if (k.value() > n.value()) {
    return TextProblem{0, quoted(text) + " can never hold: there are more to hold than samples",
                       n.value() > 0 ? swapped : ""};
  }
  if (n.value() > kMaxSamples) return TextProblem{n_at, "at most 1000 samples are remembered", ""};
  return Hold(HoldSamples{k.value(), n.value()});
}

}  // namespace hotspot::rules
