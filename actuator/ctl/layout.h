// Fits tables and texts into a number of columns. Pure; the input must already be visible (text::visible).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hotspot::ctl {

// What happens to a column if the table is too wide.
enum class Give {
  kNever,      // names and states: shortened in the middle as a last resort
  kDropLast,   // left out, the last ones first: kDropFirst before kDrop
  kDrop,       //
  kDropFirst,  //
  kBelow       // sentences: on lines of their own below the row
};

struct Column {
  std::string title;
  bool right = false;  // numbers
  Give give = Give::kNever;
  bool state = false;  // a state word with a colour
};

using Cells = std::vector<std::string>;

struct Layout {
  std::vector<std::size_t> shown;  // indexes of the columns that are shown, in order
  std::vector<std::size_t> widths;
  std::vector<std::size_t> below;  // those on lines of their own
};

// Within `width` columns, with two blanks between columns; 0: each column as wide as its widest cell.
Layout lay_out(const std::vector<Column>& columns, const std::vector<Cells>& rows, std::size_t width);

// "a-very-…-name": at most this many columns, shortened in the middle.
std::string shortened(const std::string& text, std::size_t columns);

// Lines of at most `width` columns, broken at blanks (a longer word is not broken); all lines but the first are
// indented by `indent` blanks. 0: one line.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace hotspot::ctl
