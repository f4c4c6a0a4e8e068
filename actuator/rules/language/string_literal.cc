// String literals of expressions: "…" and '…' with Go's escapes, `…` without.
#include <charconv>

#include "actuator/rules/language/lexer.h"
#include "telemetry/utf8.h"

namespace hotspot::rules {
namespace {

struct Numeric {
  std::size_t skip;  // from the backslash to the digits
  std::size_t digits;
  int base;
};

std::optional<Numeric> numeric_escape(char c) {
  if (c == 'x') return Numeric{2, 2, 16};
  if (c == 'u') return Numeric{2, 4, 16};
  if (c == 'U') return Numeric{2, 8, 16};
  if (c >= '0' && c <= '7') return Numeric{1, 3, 8};
  return std::nullopt;
}

std::optional<char> plain_escape(char c, char quote) {
  static constexpr std::string_view kNames = "abfnrtv\\";
  static constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
  if (c == quote) return c;
  const std::size_t index = kNames.find(c);
  if (index == std::string_view::npos) return std::nullopt;
  return kValues[index];
}

// Appends the character of the escape at `at`; returns its length, 0 if it is invalid.
std::size_t read_escape(std::string_view text, std::size_t at, std::string& value) {
  if (at + 1 >= text.size()) return 0;
  const char c = text[at + 1];
  if (const auto plain = plain_escape(c, text[0])) {
    value += *plain;
    return 2;
  }
  const auto numeric = numeric_escape(c);
  if (!numeric || at + numeric->skip + numeric->digits > text.size()) return 0;
  const char* begin = text.data() + at + numeric->skip;
  std::uint32_t code = 0;
  const auto parsed = std::from_chars(begin, begin + numeric->digits, code, numeric->base);
  if (parsed.ec != std::errc() || parsed.ptr != begin + numeric->digits) return 0;
  const bool is_byte = c != 'u' && c != 'U';
  if (is_byte ? code > 0xff : code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
  if (is_byte)
    value += static_cast<char>(static_cast<unsigned char>(code));
  else
    value += telemetry::utf8_of(code);
  return numeric->skip + numeric->digits;
}

}  // namespace

Parsed<ReadString> read_string(std::string_view text) {
  const char quote = text[0];
  std::string value;
  for (std::size_t at = 1; at < text.size();) {
    if (text[at] == quote) return ReadString{std::move(value), at + 1};
    if (quote != '`' && text[at] == '\n') break;
    if (quote == '`' || text[at] != '\\') {
      value += text[at++];
      continue;
    }
    const std::size_t length = read_escape(text, at, value);
    if (length == 0) {
      return TextProblem{at, "unknown escape in a string; a backslash itself is written \\\\", ""};
    }
    at += length;
  }
  return TextProblem{0, "the string is not closed", ""};
}

}  // namespace hotspot::rules
