// Characters of UTF-8 as a terminal displays them: one at a time, which of them are invisible, and how wide they are.
// PURE. Sources: RFC 3629; Unicode 14 (UnicodeData.txt, EastAsianWidth.txt, DerivedCoreProperties.txt).
#pragma once

#include <cstddef>
#include <string_view>

#include "telemetry/utf8.h"

namespace hotspot::text {

using telemetry::Character;
using telemetry::first_character;

// Control characters (C0, DEL, C1), separators of lines and paragraphs, bidirectional marks, tags, variation selectors,
// private use, non-characters, and others that are invisible or change the order of their neighbours.
bool is_invisible(char32_t code);
// A combining mark (categories Mn and Me).
bool is_mark(char32_t code);

// How many columns a terminal needs: two for a wide East Asian character or an emoji, none for a mark.
std::size_t columns_of(char32_t code);
// For a text from visible(); a byte that is not UTF-8 counts as one.
std::size_t columns_of(std::string_view text);

}  // namespace hotspot::text
