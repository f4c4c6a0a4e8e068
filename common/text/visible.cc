#include "common/text/visible.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "common/text/characters.h"
#include "common/text/secrets.h"

namespace hotspot::text {
namespace {

// More than any script needs; hundreds of marks would cover the lines above and below a name.
constexpr int kMostMarks = 4;

std::string escaped(const char* form, char32_t code) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), form, static_cast<unsigned>(code));
  return text.data();
}

std::string escaped(char32_t code) {
  return escaped(code < 0x80 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
}

}  // namespace

std::string visible(std::string_view stranger, std::size_t most_bytes) {
  const std::string without = without_passwords(stranger);
  std::string_view text = without;
  std::string shown;
  int marks = kMostMarks;  // at the beginning there is no character that a mark could combine with
  while (!text.empty()) {
    const Character next = first_character(text);
    const bool mark = next.valid && is_mark(next.code);
    std::string one;
    if (!next.valid)
      one = escaped("\\x%02x", static_cast<std::uint8_t>(text[0]));
    else if (is_invisible(next.code) || (mark && marks >= kMostMarks))
      one = escaped(next.code);
    else
      one = text.substr(0, next.bytes);
    marks = mark ? std::min(marks + 1, kMostMarks) : 0;
    if (shown.size() + one.size() > most_bytes && text != "…") return shown + "…";
    shown += one;
    text.remove_prefix(next.bytes);
  }
  return shown;
}

std::string visible_lines(std::string_view text, std::size_t most_bytes_of_a_line) {
  std::string shown;
  for (;;) {
    const std::size_t end = text.find('\n');
    shown += visible(text.substr(0, end), most_bytes_of_a_line);
    if (end == std::string_view::npos) return shown;
    shown += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace hotspot::text
