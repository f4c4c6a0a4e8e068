// Makes text from strangers safe to display: names of guests, reasons, owners, messages of other programs. Every place
// where people read such text (tables, log, decisions as sentences, errors) uses this. JSON does not: its content is
// unchanged. PURE.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotspot::text {

inline constexpr std::size_t kMostVisibleBytes = 256;
// Of a sentence or a line of the log, which quotes several such texts.
inline constexpr std::size_t kMostLineBytes = 2000;

// Control characters (C0, DEL, C1), newlines, line and paragraph separators, bidirectional marks, other invisible
// format characters and bytes that are no UTF-8 become "\x1b", "\u202e"; a backslash stays as it is. So do combining
// marks that stand on nothing, and those after the fourth on one character. Passwords in addresses are left out
// (secrets.h). What is longer than `most_bytes` is cut at
// a character's end, with "…" in the place of the rest. Text without any of these is returned as it is, and what was
// made visible once stays as it is the second time.
std::string visible(std::string_view text, std::size_t most_bytes = kMostVisibleBytes);

// Of a text that is meant to have several lines, such as a file's or an explanation: each line is made visible, the
// newlines between them stay. Only for text whose parts by strangers cannot hold a newline any more, or where a line
// more does no harm.
std::string visible_lines(std::string_view text, std::size_t most_bytes_of_a_line = kMostLineBytes);

}  // namespace hotspot::text
