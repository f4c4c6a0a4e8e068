#include "common/text/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "common/text/ascii.h"
#include "common/text/numeral.h"

namespace hotspot::text {
namespace {

struct BytesUnit {
  std::string_view name;
  double bytes;
};
constexpr std::array<BytesUnit, 5> kBytesUnits{
    {{"B", 1.0}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}}};
constexpr double kMostBytes = 1e18;

}  // namespace

std::optional<double> bytes_of_unit(std::string_view unit) {
  for (const BytesUnit& known : kBytesUnits) {
    if (known.name == unit) return known.bytes;
  }
  return std::nullopt;
}

std::string_view meant_bytes_unit(std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kMeant{
      {{"b", "B"},     {"byte", "B"}, {"bytes", "B"}, {"k", "KiB"},   {"kb", "KiB"},  {"ki", "KiB"},   {"kib", "KiB"},
       {"m", "MiB"},   {"mb", "MiB"}, {"mi", "MiB"},  {"mib", "MiB"}, {"g", "GiB"},   {"gb", "GiB"},   {"gi", "GiB"},
       {"gib", "GiB"}, {"t", "TiB"},  {"tb", "TiB"},  {"ti", "TiB"},  {"tib", "TiB"}, {"mbyte", "MiB"}}};
  const std::string word = lower_case(unit);
  for (const auto& [written, meant] : kMeant) {
    if (written == word) return meant;
  }
  return {};
}

Parsed<std::int64_t> parse_bytes(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t number_end = numeral_end(text, sign);
  const std::string_view number = text.substr(0, number_end);
  const auto value = numeral(text.starts_with('+') ? number.substr(1) : number);
  if (!value) return QuantityProblem{0, in_quotes(text) + " is not a size; write one such as 512MiB or 2GiB", ""};
  const std::size_t unit_at = std::min(text.find_first_not_of(' ', number_end), text.size());
  const std::string_view unit = text.substr(unit_at);
  if (unit.empty()) {
    if (*value == 0) return std::int64_t{0};
    return QuantityProblem{0, in_quotes(text) + " has no unit",
                           std::string(number) + (std::fabs(*value) < 1'048'576 ? "MiB" : "B")};
  }
  const auto factor = bytes_of_unit(unit);
  if (!factor) {
    const std::string_view meant = meant_bytes_unit(unit);
    if (meant.empty())
      return QuantityProblem{unit_at,
                             "unknown unit of size " + in_quotes(unit) + "; there are B, KiB, MiB, GiB and TiB", ""};
    return QuantityProblem{unit_at, "unknown unit of size " + in_quotes(unit),
                           std::string(number) + std::string(meant)};
  }
  if (unit_at != number_end) {
    return QuantityProblem{number_end, "a unit must directly follow its number",
                           std::string(number) + std::string(unit)};
  }
  const double bytes = *value * *factor;
  if (std::fabs(bytes) > kMostBytes) return QuantityProblem{0, in_quotes(text) + " is more memory than there is", ""};
  return static_cast<std::int64_t>(std::llround(bytes));
}

Parsed<std::int64_t> parse_bytes_per_second(std::string_view text) {
  constexpr std::string_view kPerSecond = "/s";
  const bool per_second = text.ends_with(kPerSecond);
  auto bytes = parse_bytes(per_second ? text.substr(0, text.size() - kPerSecond.size()) : text);
  if (per_second && bytes) return bytes;
  std::string meant = bytes ? std::string(text) : bytes.error().suggestion;
  if (!meant.empty()) meant += kPerSecond;
  return QuantityProblem{0, in_quotes(text) + " is not a bandwidth", meant.empty() ? "100MiB/s" : meant};
}

Parsed<double> parse_ratio(std::string_view text) {
  const bool percent = text.ends_with('%');
  auto value = numeral(percent ? text.substr(0, text.size() - 1) : text);
  if (!value) return QuantityProblem{0, in_quotes(text) + " is not a ratio; write for instance 80% or 0.8", ""};
  if (percent) *value /= 100;
  if (*value < 0 || *value > 1) return QuantityProblem{0, in_quotes(text) + " is not between 0% and 100%", ""};
  return *value;
}

Parsed<int> parse_whole_number(std::string_view text) {
  int value = 0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return QuantityProblem{0, in_quotes(text) + " is too large", ""};
  if (error != std::errc() || end != digits.data() + digits.size())
    return QuantityProblem{0, in_quotes(text) + " is not a whole number", ""};
  return value;
}

}  // namespace hotspot::text
