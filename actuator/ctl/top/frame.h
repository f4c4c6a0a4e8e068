// What `top` has on the screen. PURE, but for the screen's width and colours (screen.h).
#pragma once

#include <cstddef>
#include <string>

#include "actuator/ctl/top/rows.h"

namespace hotspot::ctl {

struct TopView {
  TopOf of = TopOf::kDomains;
  TopOrder order;
  std::size_t first = 0;  // rows above the screen
};

// Since when nothing can be read, and why; what is shown is of before.
struct TopTrouble {
  double since = 0;  // Unix seconds; 0: none
  std::string message;
};

// The rows as a table, from row `first` on and `count` of them at most. The column that they are sorted by stays where
// others give way.
std::string top_table(const TopContent& content, const TopView& view, std::size_t count);

// At most so many lines, each ended: a line of what there is, one of trouble, the table, and the keys in the last line.
// The table alone where heads are unwanted.
std::string top_frame(const TopContent& content, const TopView& view, const TopTrouble& trouble, std::size_t height);

// What a key does to the view; false: it ends `top`. Of the terminal's bytes for cursor keys as a whole.
enum class TopKey { kNothing, kChanged, kOther, kSuspend, kEnd };  // kOther: the other kind of rows has to be read
TopKey press(const std::string& key, TopView& view, std::size_t rows, std::size_t height);
// "c", "\x1b[A", …: bytes as they were read, a key each.
std::vector<std::string> keys_in(const std::string& bytes);

}  // namespace hotspot::ctl
