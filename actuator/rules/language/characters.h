// Character classes for expressions, in the "C" locale.
//
// PURE.
#pragma once

#include <string_view>

#include "common/text/ascii.h"

namespace hotspot::rules {

using text::is_digit;
using text::is_letter;
using text::lower_case;  // keywords are the same in any case, as in PromQL

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool begins_name(char c) { return is_letter(c) || c == '_'; }

// [a-zA-Z_][a-zA-Z0-9_]*
constexpr bool is_label_name(std::string_view name) {
  if (name.empty() || !begins_name(name.front())) return false;
  for (const char c : name) {
    if (!begins_name(c) && !is_digit(c)) return false;
  }
  return true;
}

}  // namespace hotspot::rules
