// Text of strangers, made fit for people's eyes: names of guests, reasons, owners, messages of others.
//
// Every place where people read such text (tables, log, decisions as sentences, errors) goes through here. JSON does
// not: it says what there is. PURE.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotspot::text {

inline constexpr std::size_t kMostVisibleBytes = 256;

// Control characters (C0, DEL, C1), newlines, line and paragraph separators, bidirectional marks, other invisible
// format characters and bytes that are no UTF-8 become "\x1b", "\u202e"; a backslash stays as it is. What is longer
// than `most_bytes` is cut at a character's end, with "…" in the place of the rest. Text without any of these is
// returned as it is.
std::string visible(std::string_view text, std::size_t most_bytes = kMostVisibleBytes);

}  // namespace hotspot::text
