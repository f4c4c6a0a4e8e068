// Maps bytes of a text to lines and columns, as an operator sees them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "actuator/rules/language/diagnostic.h"

namespace hotspot::rules {

// Limit for one file of rules, tests or configuration. No more is ever read, so that endless input costs nothing.
inline constexpr std::size_t kMostFileBytes = 4u << 20;

// Finds the line of a byte in logarithmic time. The text must outlive it.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  std::string_view text() const { return text_; }
  Position position(std::size_t offset) const;
  std::string_view line(int number) const;  // without its line break; empty if there is none

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace hotspot::rules
