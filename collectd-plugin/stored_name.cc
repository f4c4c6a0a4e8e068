#include "collectd-plugin/stored_name.h"

#include <algorithm>
#include <cstdint>

#include "common/text/characters.h"
#include "common/text/digest.h"
#include "telemetry/utf8.h"

namespace hotspot::collector {
namespace {

constexpr std::size_t kHashBytes = 9;  // "-1f0c55ab"

bool is_plain(char c) { return c > ' ' && c < '\x7f' && c != '/'; }

bool is_blank(char32_t code) {
  return code == ' ' || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
         code == 0x205f || code == 0x3000;
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029;
}

// Nearly all names are of this kind.
bool is_storable(std::string_view name, Place place, std::size_t most_bytes) {
  return name.size() <= most_bytes && (name.empty() || place == Place::kWithin || name.front() != '.') &&
         std::all_of(name.begin(), name.end(), is_plain);
}

// Replaces each character that cannot be stored, except dots.
std::string cleaned(std::string_view name) {
  std::string result;
  std::size_t end = 0;  // end of the text before trailing blanks
  std::size_t blanks = 0;
  while (!name.empty()) {
    const text::Character one = text::first_character(name);
    const bool blank = one.valid && is_blank(one.code);
    blanks = blank ? blanks + 1 : 0;
    if (!one.valid || is_control(one.code) || one.code == '/' || (blank && end == 0))
      result += '_';
    else
      result += name.substr(0, one.bytes);
    if (!blank) end = result.size();
    name.remove_prefix(one.bytes);
  }
  return end == 0 ? result : result.substr(0, end) + std::string(blanks, '_');
}

// Cut at the end of a character, with a hash of the whole name.
std::string shortened(std::string text, std::string_view whole, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  const std::size_t end = telemetry::whole_characters(text, most_bytes > kHashBytes ? most_bytes - kHashBytes : 0);
  return text.substr(0, end) + "-" + short_hash(whole);
}

}  // namespace

std::string short_hash(std::string_view text) {
  const std::uint64_t hash = text::fnv1a(text);
  const auto folded = static_cast<std::uint32_t>(hash ^ (hash >> 32));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += kDigits[(folded >> shift) & 15];
  return digits;
}

std::string stored_name(std::string_view name, Place place, std::size_t most_bytes) {
  if (is_storable(name, place, most_bytes)) return std::string(name);
  std::string text = cleaned(name);
  if (text.find_first_not_of('.') == std::string::npos) std::fill(text.begin(), text.end(), '_');
  if (place == Place::kFolder && text.starts_with('.')) text.front() = '_';
  return shortened(std::move(text), name, most_bytes);
}

}  // namespace hotspot::collector
