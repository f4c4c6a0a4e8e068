// Parses and formats the numbers of quantities. PURE.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "common/text/ascii.h"

namespace hotspot::text {

inline std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

inline std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The end of digits, points and an exponent from `at` on, whether or not they form a number.
inline std::size_t numeral_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  if (end == at || end >= text.size() || lower_case(text[end]) != 'e') return end;
  const std::size_t sign = end + 1 < text.size() && (text[end + 1] == '-' || text[end + 1] == '+') ? 1 : 0;
  const std::size_t exponent_end = digits_end(text, end + 1 + sign);
  return exponent_end > end + 1 + sign ? exponent_end : end;
}

// Empty: not a finite number.
inline std::optional<double> numeral(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// One decimal below ten, none above; "4.0" is shown as "4".
inline std::string short_number(double value) {
  std::array<char, 32> text{};
  const bool decimal = std::fabs(value) < 9.95 && std::fabs(value - std::round(value)) >= 0.05;
  std::snprintf(text.data(), text.size(), decimal ? "%.1f" : "%.0f", value);
  return text.data();
}

}  // namespace hotspot::text
