#include "actuator/rules/template/letters.h"

#include <array>

#include "actuator/rules/template/digits.h"
#include "common/text/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules::templates {
namespace {

// Lower-case letters whose upper-case forms are `distance` before them; step 2: every second letter.
struct CaseRange {
  char32_t first, last;
  char32_t distance;
  char32_t step;
};
constexpr std::array kRanges{
    CaseRange{'a', 'z', 32, 1},     CaseRange{0xe0, 0xf6, 32, 1},    CaseRange{0xf8, 0xfe, 32, 1},
    CaseRange{0x101, 0x12f, 1, 2},  CaseRange{0x133, 0x137, 1, 2},   CaseRange{0x13a, 0x148, 1, 2},
    CaseRange{0x14b, 0x177, 1, 2},  CaseRange{0x17a, 0x17e, 1, 2},   CaseRange{0x3ad, 0x3af, 37, 1},
    CaseRange{0x3b1, 0x3c1, 32, 1}, CaseRange{0x3c3, 0x3cb, 32, 1},  CaseRange{0x430, 0x44f, 32, 1},
    CaseRange{0x450, 0x45f, 80, 1}, CaseRange{0x461, 0x481, 1, 2},   CaseRange{0x48b, 0x4bf, 1, 2},
    CaseRange{0x4d1, 0x52f, 1, 2},  CaseRange{0x1e01, 0x1e95, 1, 2}, CaseRange{0x1ea1, 0x1eff, 1, 2}};

char32_t upper(char32_t c) {
  if (c == 0xff) return 0x178;
  if (c == 0xb5) return 0x39c;
  if (c == 0x17f) return 'S';
  if (c == 0x131) return 'I';
  if (c == 0x3ac) return 0x386;
  if (c == 0x3c2) return 0x3a3;
  for (const CaseRange& range : kRanges) {
    if (c >= range.first && c <= range.last && (c - range.first) % range.step == 0) return c - range.distance;
  }
  return c;
}

char32_t lower(char32_t c) {
  if (c == 0x178) return 0xff;
  if (c == 0x130) return 'i';
  if (c == 0x1e9e) return 0xdf;
  if (c == 0x386) return 0x3ac;
  if (c == 0x212a) return 'k';
  for (const CaseRange& range : kRanges) {
    const char32_t small = c + range.distance;
    if (small >= range.first && small <= range.last && (small - range.first) % range.step == 0) return small;
  }
  return c;
}

template <typename Change>
std::string changed(std::string_view text, Change change) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const text::Character next = text::first_character(text.substr(at));
    made += telemetry::utf8_of(change(next.valid ? next.code : char32_t{0xfffd}));
    at += next.bytes;
  }
  return made;
}

bool separates(char32_t c) {
  if (c >= 0x80)
    return c == 0x85 || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x3000;
  return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

}  // namespace

std::string upper_letters(std::string_view text) { return changed(text, upper); }
std::string lower_letters(std::string_view text) { return changed(text, lower); }

std::string title_letters(std::string_view text) {
  char32_t before = ' ';
  return changed(text, [&before](char32_t c) {
    const char32_t made = separates(before) ? upper(c) : c;
    before = c;
    return made;
  });
}

}  // namespace hotspot::rules::templates
