// A place in a text file. Lines and columns count from 1; columns count characters (UTF-8 code points), not bytes.
//
// PURE. A value.
#pragma once

#include <compare>
#include <tuple>

namespace hotspot::rules {

struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
  // Written out: clang-tidy 14 mistakes a defaulted <=> for a null pointer.
  auto operator<=>(const Position& other) const {
    return std::tie(line, column) <=> std::tie(other.line, other.column);
  }
};

}  // namespace hotspot::rules
