#include "actuator/rules/template/scalar_printer.h"

#include <algorithm>

#include "actuator/rules/template/digits.h"
#include "common/text/ascii.h"
#include "common/text/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules::templates {

void ScalarPrinter::add(std::string_view text) {
  if (!is_full()) text_ += text.substr(0, kMaxText + 1);
}

void ScalarPrinter::pad(std::string_view text, char fill) {
  const std::size_t characters = flags_.width ? count_characters(text) : 0;
  const auto width = static_cast<std::size_t>(flags_.width.value_or(0));
  const std::size_t blanks = width > characters ? std::min(width - characters, kMaxText + 1) : 0;
  if (!flags_.minus) text_.append(blanks, fill);
  add(text);
  if (flags_.minus) text_.append(blanks, ' ');
}

std::string ScalarPrinter::truncated(std::string_view text) const {
  if (!flags_.precision) return std::string(text);
  std::size_t at = 0;
  for (int left = *flags_.precision; left > 0 && at < text.size(); --left)
    at += text::first_character(text.substr(at)).bytes;
  return std::string(text.substr(0, at));
}

void ScalarPrinter::text(const Value& value, char verb) {
  const std::string& text = value.text();
  if (verb == 'x' || verb == 'X') return hex_text(text, verb);
  if (verb == 'q' || (verb == 'v' && flags_.quoted)) {
    const std::string cut = truncated(text);
    const bool raw = flags_.sharp && cut.find_first_of("`\x7f") == std::string::npos &&
                     std::none_of(cut.begin(), cut.end(), [](char c) { return c >= 0 && c < ' ' && c != '\t'; });
    return pad(raw ? "`" + cut + "`" : quote_text(cut, flags_.plus ? Quoting::kAscii : Quoting::kUnicode));
  }
  if (verb == 's' || verb == 'v') return pad(truncated(text));
  bad(value);
}

void ScalarPrinter::hex_text(std::string_view text, char verb) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  if (flags_.precision) text = text.substr(0, static_cast<std::size_t>(*flags_.precision));
  std::string made = flags_.sharp && !text.empty() ? "0x" : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (flags_.space && i > 0) made += flags_.sharp ? " 0x" : " ";
    const auto byte = static_cast<unsigned char>(text[i]);
    made += kDigits[byte >> 4];
    made += kDigits[byte & 15];
  }
  pad(verb == 'X' ? text::upper_case(made) : made);
}

void ScalarPrinter::integer(const Value& value, char verb) {
  const std::int64_t number = value.integer();
  const auto code = static_cast<std::uint64_t>(number);
  const Quoting quoting = flags_.plus ? Quoting::kAscii : Quoting::kUnicode;
  switch (verb) {
    case 'v':
      if (flags_.quoted && value.is(Type::kByte)) return digits(number, 16, "0x", 'x');
      return digits(number, 10, "", verb);
    case 'd':
      return digits(number, 10, "", verb);
    case 'b':
      return digits(number, 2, flags_.sharp ? "0b" : "", verb);
    case 'o':
      return digits(number, 8, flags_.sharp ? "0" : "", verb);
    case 'O':
      return digits(number, 8, flags_.sharp ? "0o0" : "0o", verb);
    case 'x':
    case 'X':
      return digits(number, 16, !flags_.sharp ? "" : verb == 'x' ? "0x" : "0X", verb);
    case 'c':
      return pad(telemetry::utf8_of(code));
    case 'q':
      return pad(quote_character(code, quoting));
    case 'U':
      return unicode(code);
    default:
      return bad(value);
  }
}

void ScalarPrinter::digits(std::int64_t number, std::uint64_t base, std::string_view prefix, char verb) {
  const bool negative = number < 0;
  std::uint64_t rest = negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  if (flags_.precision == 0 && rest == 0) return pad("", ' ');
  std::string made;
  for (; rest > 0 || made.empty(); rest /= base) made.insert(made.begin(), "0123456789abcdef"[rest % base]);
  if (verb == 'X') made = text::upper_case(made);
  const bool has_sign = negative || flags_.plus || flags_.space;
  std::size_t least = 0;
  if (flags_.precision)
    least = static_cast<std::size_t>(*flags_.precision);
  else if (flags_.zero && flags_.width)
    least = static_cast<std::size_t>(std::max(*flags_.width - (has_sign ? 1 : 0), 0));
  least = std::min(least, kMaxText + 1);
  if (least > made.size()) made.insert(0, least - made.size(), '0');
  if (prefix == "0" && made[0] == '0') prefix = "";
  made.insert(0, prefix);
  if (has_sign) made.insert(0, negative ? "-" : flags_.plus ? "+" : " ");
  pad(made, ' ');
}

void ScalarPrinter::unicode(std::uint64_t code) {
  std::string made;
  for (std::uint64_t rest = code; rest > 0; rest /= 16) made.insert(made.begin(), "0123456789ABCDEF"[rest % 16]);
  const auto least = static_cast<std::size_t>(std::max(flags_.precision.value_or(4), 4));
  if (made.size() < least) made.insert(0, std::min(least - made.size(), kMaxText), '0');
  made.insert(0, "U+");
  if (flags_.sharp && is_printable(code)) made += " '" + telemetry::utf8_of(code) + "'";
  pad(made, ' ');
}

void ScalarPrinter::complex(const Value& value, char verb) {
  if (std::string_view("vbgGxXfFeE").find(verb) == std::string_view::npos || verb == '\0') return bad(value);
  const auto& both = std::get<std::complex<double>>(value.held);
  const bool plus = flags_.plus;
  add("(");
  number(value, both.real(), verb);
  flags_.plus = true;
  number(value, both.imag(), verb);
  add("i)");
  flags_.plus = plus;
}

void ScalarPrinter::number(const Value& value, double number, char verb) {
  switch (verb) {
    case 'v':
      return float_digits(number, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return float_digits(number, verb, -1);
    case 'f':
    case 'e':
    case 'E':
      return float_digits(number, verb, 6);
    case 'F':
      return float_digits(number, 'f', 6);
    default:
      return bad(value);
  }
}

void ScalarPrinter::float_digits(double number, char format, int precision) {
  if (flags_.precision) precision = std::min(*flags_.precision, static_cast<int>(kMaxText));
  std::string made = format_number(number, format, precision);
  if (made[0] != '-' && made[0] != '+') made.insert(0, "+");
  if (flags_.space && made[0] == '+' && !flags_.plus) made[0] = ' ';
  if (made[1] == 'I' || made[1] == 'N') {
    const bool drops_sign = made[1] == 'N' && !flags_.space && !flags_.plus;
    return pad(drops_sign ? made.substr(1) : made, ' ');
  }
  if (flags_.sharp && format != 'b') made = with_point(std::move(made), format, precision);
  if (!flags_.plus && made[0] == '+') return pad(std::string_view(made).substr(1));
  const auto width = static_cast<std::size_t>(flags_.width.value_or(0));
  if (!flags_.zero || width <= made.size()) return pad(made);
  add(made.substr(0, 1));
  text_.append(std::min(width - made.size(), kMaxText + 1), '0');
  add(std::string_view(made).substr(1));
}

std::string ScalarPrinter::with_point(std::string made, char format, int precision) {
  int left = std::string_view("gGx").find(format) == std::string_view::npos ? 0 : precision == -1 ? 6 : precision;
  const std::size_t exponent = made.find_first_of(format == 'x' || format == 'X' ? "pP" : "eE");
  const std::string tail = exponent == std::string::npos ? "" : made.substr(exponent);
  if (exponent != std::string::npos) made.resize(exponent);
  bool has_point = false, significant = false;
  for (std::size_t i = 1; i < made.size(); ++i) {
    if (made[i] == '.') {
      has_point = true;
      continue;
    }
    significant = significant || made[i] != '0';
    if (significant) --left;
  }
  if (!has_point) {
    if (made.size() == 2 && made[1] == '0') --left;
    made += '.';
  }
  if (left > 0) made.append(static_cast<std::size_t>(std::min(left, 2000)), '0');
  return made + tail;
}

}  // namespace hotspot::rules::templates
