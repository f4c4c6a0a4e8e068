#include "telemetry/utf8.h"

namespace hotspot::telemetry {

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character next = first_character(text.substr(at));
    if (!next.valid) return at;
    at += next.bytes;
  }
  return std::nullopt;
}

std::string utf8_of(std::uint64_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = 0xfffd;
  std::string text;
  const auto add = [&](std::uint64_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  const auto add_later = [&](int shift) { add(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | (code >> 6)), add_later(0);
  } else if (code < 0x10000) {
    add(0xe0 | (code >> 12)), add_later(6), add_later(0);
  } else {
    add(0xf0 | (code >> 18)), add_later(12), add_later(6), add_later(0);
  }
  return text;
}

}  // namespace hotspot::telemetry
