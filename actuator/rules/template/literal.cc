#include "actuator/rules/template/literal.h"

#include <cmath>

#include "actuator/rules/template/digits.h"

namespace hotspot::rules::templates {
namespace {

// Also sets the integer forms, if the number is whole.
void add_integers(Number& number) {
  const double real = *number.real;
  constexpr double kMost = 9223372036854775808.0;
  if (real != std::trunc(real)) return;
  if (real >= -kMost && real < kMost) number.integer = static_cast<std::int64_t>(real);
  if (real >= 0 && real < 2 * kMost) number.whole = static_cast<std::uint64_t>(real);
}

Result<Number> complex_number(double real, double imaginary) {
  Number number;
  number.pair = {real, imaginary};
  if (imaginary != 0) return number;
  number.real = real;
  add_integers(number);
  return number;
}

// Underscores may separate digits if there is a base prefix.
std::string without_underscores(std::string_view text) {
  std::string plain;
  const std::size_t digits = text.find_first_not_of("+-");
  const bool has_prefix = digits != std::string_view::npos && digits + 1 < text.size() && text[digits] == '0';
  for (const char c : text) {
    if (c != '_' || !has_prefix) plain += c;
  }
  return plain;
}

}  // namespace

Result<Number> read_number(std::string_view text) {
  const Error wrong{"'" + std::string(text) + "' is no number"};
  if (text.ends_with('i')) {
    const std::string_view both = text.substr(0, text.size() - 1);
    const std::size_t sign = both.find_last_of("+-");
    const bool is_pair =
        sign != std::string_view::npos && sign > 0 && (both[sign - 1] | 0x20) != 'e' && (both[sign - 1] | 0x20) != 'p';
    const auto imaginary = parse_number(without_underscores(is_pair ? both.substr(sign) : both));
    const auto real = is_pair ? parse_number(without_underscores(both.substr(0, sign))) : Result<double>(0.0);
    if (!imaginary || !real) return wrong;
    return complex_number(*real, *imaginary);
  }
  Number number;
  number.whole = parse_unsigned(text);
  number.integer = parse_signed(text);
  if (number.integer == 0) number.whole = 0;
  if (number.integer) {
    number.real = static_cast<double>(*number.integer);
  } else if (number.whole) {
    number.real = static_cast<double>(*number.whole);
  } else {
    const auto real = parse_number(without_underscores(text));
    if (!real) return wrong;
    if (text.find_first_of(".eEpP") == std::string_view::npos)
      return Error{"'" + std::string(text) + "' is more than 64 bits hold"};
    number.real = *real;
    add_integers(number);
  }
  return number;
}

}  // namespace hotspot::rules::templates
