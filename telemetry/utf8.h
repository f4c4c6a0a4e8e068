// UTF-8, one character at a time (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotspot::telemetry {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;  // false: the byte does not begin a valid character and stands alone
};

// Is this a continuation byte?
constexpr bool continues_character(char byte) { return (static_cast<std::uint8_t>(byte) & 0xc0) == 0x80; }

// The first character of a non-empty text. Defined in the header, because the writer of snapshots calls it for each
// character.
constexpr Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  char32_t value = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues_character(text[i])) return {};
    value = (value << 6) | (byte(i) & 0x3fu);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, length, true};
}

// The length of the longest prefix of whole characters within `most_bytes`: where the text can be cut.
constexpr std::size_t whole_characters(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text.size();
  while (most_bytes > 0 && continues_character(text[most_bytes])) --most_bytes;
  return most_bytes;
}

// Position of the first invalid UTF-8; empty if the text is valid.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// The bytes of a character; those of U+FFFD for an invalid code.
std::string utf8_of(std::uint64_t code);

}  // namespace hotspot::telemetry
