// The screen of `top`. PURE except for the screen's width and colours (screen.h).
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

// Since when reading has failed, and why; the data shown are older.
struct TopTrouble {
  double since = 0;  // Unix seconds; 0: none
  std::string message;
};

// The rows as a table, from row `first`, at most `count` of them. The column used for sorting is kept when others are
// left out.
std::string top_table(const TopContent& content, const TopView& view, std::size_t count);

// At most this many lines, each ended: a summary, a line for trouble, the table, and the keys in the last line. Only
// the table if heads are not wanted.
std::string top_frame(const TopContent& content, const TopView& view, const TopTrouble& trouble, std::size_t height);

// What a key does to the view.
enum class TopKey { kNothing, kChanged, kOther, kSuspend, kEnd };  // kOther: the other kind of rows has to be read
TopKey press(const std::string& key, TopView& view, std::size_t rows, std::size_t height);
// "c", "\x1b[A", …: splits bytes that were read into keys.
std::vector<std::string> keys_in(const std::string& bytes);

}  // namespace hotspot::ctl
