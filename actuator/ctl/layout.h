// How a table and a text fit into so many columns. Pure: what is given is visible (text::visible) already.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hotspot::ctl {

// What becomes of a column where the table is too wide.
enum class Give {
  kNever,      // names and states: shortened in the middle when nothing else helps
  kDropLast,   // left out, the last ones first: kDropFirst goes before kDrop
  kDrop,       //
  kDropFirst,  //
  kBelow       // sentences: in lines of their own below the row
};

struct Column {
  std::string title;
  bool right = false;  // numbers
  Give give = Give::kNever;
  bool state = false;  // a word that has a colour of its own
};

using Cells = std::vector<std::string>;

struct Layout {
  std::vector<std::size_t> shown;  // the columns that are there, by index, in order
  std::vector<std::size_t> widths;
  std::vector<std::size_t> below;  // those in lines of their own
};

// Within `width` columns, two between each pair; 0: everything as wide as its widest cell.
Layout lay_out(const std::vector<Column>& columns, const std::vector<Cells>& rows, std::size_t width);

// "a-very-…-name": at most so many columns, what is left out in the middle.
std::string shortened(const std::string& text, std::size_t columns);

// Lines of at most `width` columns, broken at blanks (a word that is longer stays whole); all but the first begin with
// so many blanks as `indent`. 0: one line.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace hotspot::ctl
