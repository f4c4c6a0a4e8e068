#include "actuator/rules/template/digits.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "common/text/ascii.h"
#include "common/text/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules::templates {
namespace {

constexpr int kLeastExponent = 6;  // from here on, %g without a precision uses an exponent: 1e+06

std::string not_finite(double number) {
  if (std::isnan(number)) return "NaN";
  return number > 0 ? "+Inf" : "-Inf";
}

std::string chars(double number, std::chars_format format) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
  return {text.data(), end};
}

std::string shortest(double number, char format) {
  if (format == 'f') return chars(number, std::chars_format::fixed);
  const std::string scientific = chars(number, std::chars_format::scientific);
  if (format == 'e') return scientific;
  if (number == 0) return std::signbit(number) ? "-0" : "0";
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (exponent < -4 || exponent >= kLeastExponent) return scientific;
  return chars(number, std::chars_format::fixed);
}

std::string with_digits(double number, char format, int digits) {
  const std::string spec = std::string("%.*") + format;
  const int size = std::snprintf(nullptr, 0, spec.c_str(), digits, number);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), spec.c_str(), digits, number);
  text.pop_back();
  return text;
}

// 0x1.8p+01: the exponent has at least two digits.
std::string hexadecimal(double number, int digits) {
  std::array<char, 64> text{};
  if (digits < 0)
    std::snprintf(text.data(), text.size(), "%a", number);
  else
    std::snprintf(text.data(), text.size(), "%.*a", std::min(digits, 30), number);
  std::string made = text.data();
  const std::size_t sign = made.find('p') + 1;
  if (sign + 2 == made.size()) made.insert(sign + 1, "0");
  return made;
}

std::string binary_exponent(double number) {
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(number), &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  const int shown = number == 0 ? -1074 : exponent - 53;
  return (std::signbit(number) ? "-" : "") + std::to_string(mantissa) + "p" + (shown < 0 ? "" : "+") +
         std::to_string(shown);
}

int digit_of(char c) {
  if (text::is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

std::string escaped(std::uint64_t code, char quote, Quoting quoting) {
  static constexpr std::string_view kNames = "abfnrtv";
  static constexpr std::string_view kCodes = "\a\b\f\n\r\t\v";
  if (code == static_cast<unsigned char>(quote) || code == '\\') return std::string("\\") + static_cast<char>(code);
  if (code < 0x80 && is_printable(code)) return std::string(1, static_cast<char>(code));
  if (code >= 0x80 && quoting == Quoting::kUnicode && is_printable(code)) return telemetry::utf8_of(code);
  const std::size_t named = code < 0x20 ? kCodes.find(static_cast<char>(code)) : std::string_view::npos;
  if (named != std::string_view::npos) return std::string("\\") + kNames[named];
  std::array<char, 16> text{};
  const char* spec = code < 0x20 || code == 0x7f ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(text.data(), text.size(), spec, static_cast<unsigned>(code));
  return text.data();
}

}  // namespace

std::string format_number(double number, char format, int digits) {
  if (!std::isfinite(number)) return not_finite(number);
  switch (format) {
    case 'x':
      return hexadecimal(number, digits);
    case 'X':
      return text::upper_case(hexadecimal(number, digits));
    case 'b':
      return binary_exponent(number);
    case 'E':
    case 'G':
      return text::upper_case(format_number(number, format == 'E' ? 'e' : 'g', digits));
    default:
      return digits < 0 ? shortest(number, format) : with_digits(number, format, digits);
  }
}

Result<double> parse_number(std::string_view text) {
  const auto failed = [&](const char* why) {
    return Error{"strconv.ParseFloat: parsing " + quote_text(text, Quoting::kUnicode) + ": " + why};
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::string lower;
  for (const char c : rest) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "inf" || lower == "infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  if (lower == "nan")
    return negative || text.size() > 3 ? Result<double>(failed("invalid syntax"))
                                       : std::numeric_limits<double>::quiet_NaN();
  const bool is_hex = lower.starts_with("0x");
  const std::string digits = is_hex ? lower.substr(2) : lower;
  if (digits.empty() || digit_of(digits[0]) > 15) {
    if (digits.empty() || digits[0] != '.') return failed("invalid syntax");
  }
  if (is_hex && digits.find('p') == std::string::npos) return failed("invalid syntax");
  double number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                    is_hex ? std::chars_format::hex : std::chars_format::general);
  if (read.ec == std::errc::invalid_argument || read.ptr != digits.data() + digits.size())
    return failed("invalid syntax");
  if (read.ec == std::errc::result_out_of_range) {
    const std::size_t mark = digits.find(is_hex ? 'p' : 'e');
    const bool is_small = mark != std::string::npos && mark + 1 < digits.size() && digits[mark + 1] == '-';
    if (!is_small) return failed("value out of range");
    number = 0;
  }
  return negative ? -number : number;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t base = 10;
  bool has_prefix = false;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = text[1];
    base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
    has_prefix = true;
    text.remove_prefix(
        letter == 'x' || letter == 'X' || letter == 'b' || letter == 'B' || letter == 'o' || letter == 'O' ? 2 : 1);
  }
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  bool after_digit = has_prefix;
  for (const char c : text) {
    if (c == '_') {
      if (!after_digit) return std::nullopt;
      after_digit = false;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(digit_of(c));
    if (digit >= base) return std::nullopt;
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / base) return std::nullopt;
    value = value * base + digit;
    after_digit = true;
  }
  // Underscores separate digits, and need a prefix.
  if (!after_digit || (base == 10 && text.find('_') != std::string_view::npos && has_prefix)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto size = parse_unsigned(text);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (!size || *size > kMost + (negative ? 1 : 0)) return std::nullopt;
  return negative ? static_cast<std::int64_t>(0 - *size) : static_cast<std::int64_t>(*size);
}

// Go's unicode.IsPrint: U+0020 is the only blank.
bool is_printable(std::uint64_t code) {
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  if (code > 0x10ffff || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
      code == 0x205f || code == 0x3000)
    return false;
  return !text::is_invisible(static_cast<char32_t>(code));
}

std::string quote_text(std::string_view text, Quoting quoting) {
  std::string made = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const text::Character next = text::first_character(text.substr(at));
    if (next.valid) {
      made += escaped(next.code, '"', quoting);
    } else {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(text[at]));
      made += hex.data();
    }
    at += next.bytes;
  }
  return made + "\"";
}

std::string quote_character(std::uint64_t character, Quoting quoting) {
  if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) character = 0xfffd;
  return "'" + escaped(character, '\'', quoting) + "'";
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += text::first_character(text.substr(at)).bytes;
  return count;
}

}  // namespace hotspot::rules::templates
