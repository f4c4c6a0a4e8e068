// Kinds of characters in expressions, in the "C" locale.
//
// PURE.
#pragma once

namespace hotspot::rules {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool begins_name(char c) { return is_letter(c) || c == '_'; }

}  // namespace hotspot::rules
