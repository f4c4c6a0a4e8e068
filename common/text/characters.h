// Characters of UTF-8 as a terminal sees them: one at a time, which of them show nothing, and how wide they are.
// PURE. Sources: RFC 3629; Unicode 14 (UnicodeData.txt, EastAsianWidth.txt, DerivedCoreProperties.txt).
#pragma once

#include <cstddef>
#include <string_view>

#include "telemetry/utf8.h"

namespace hotspot::text {

using telemetry::Character;
using telemetry::first_character;

// Control characters (C0, DEL, C1), separators of lines and paragraphs, bidirectional marks, tags, variation selectors,
// private use, non-characters, and what else shows nothing or changes the order of its neighbours.
bool is_invisible(char32_t code);
// Stands on the character before it (categories Mn and Me).
bool is_mark(char32_t code);

// How many columns a terminal needs: two for a wide East Asian character or an emoji, none for a mark.
std::size_t columns_of(char32_t code);
// Of a text that visible() made; a byte that is no UTF-8 counts one.
std::size_t columns_of(std::string_view text);

}  // namespace hotspot::text
