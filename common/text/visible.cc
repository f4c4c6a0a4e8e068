#include "common/text/visible.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace hotspot::text {
namespace {

struct Stepped {
  char32_t character = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// One character of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
Stepped step(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  char32_t value = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3fu);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, length, true};
}

struct Range {
  char32_t first, last;
};
// Unicode's categories Cc, Cf, Zl, Zp and what else shows nothing or changes the order of its neighbours.
constexpr std::array kInvisible{
    Range{0x00, 0x1f},       Range{0x7f, 0x9f},       Range{0xad, 0xad},       Range{0x34f, 0x34f},
    Range{0x600, 0x605},     Range{0x61c, 0x61c},     Range{0x6dd, 0x6dd},     Range{0x70f, 0x70f},
    Range{0x115f, 0x1160},   Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},   Range{0x200b, 0x200f},
    Range{0x2028, 0x202e},   Range{0x2060, 0x206f},   Range{0x3164, 0x3164},   Range{0xd800, 0xf8ff},
    Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},
    Range{0xfffe, 0xffff},   Range{0x13430, 0x1343f}, Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a},
    Range{0xe0000, 0x10ffff}};

bool is_invisible(char32_t character) {
  for (const Range& range : kInvisible) {
    if (character >= range.first && character <= range.last) return true;
  }
  return false;
}

std::string escaped(char32_t character) {
  std::array<char, 12> text{};
  const char* form = character < 0x80 ? "\\x%02x" : character < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(text.data(), text.size(), form, static_cast<unsigned>(character));
  return text.data();
}

}  // namespace

std::string visible(std::string_view text, std::size_t most_bytes) {
  std::string shown;
  while (!text.empty()) {
    const Stepped next = step(text);
    std::string one = !next.valid ? "\\x" : is_invisible(next.character) ? escaped(next.character) : "";
    if (!next.valid) {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned>(static_cast<std::uint8_t>(text[0])));
      one += hex.data();
    }
    if (one.empty()) one = std::string(text.substr(0, next.bytes));
    if (shown.size() + one.size() > most_bytes) return shown + "…";
    shown += one;
    text.remove_prefix(next.bytes);
  }
  return shown;
}

}  // namespace hotspot::text
