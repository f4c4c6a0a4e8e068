#include "actuator/ctl/layout.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kBetween = 2;
constexpr std::size_t kReadable = 16;  // of a name, before columns of numbers are left out
constexpr std::size_t kNarrowestCell = 8;

std::size_t total(const Layout& layout) {
  std::size_t sum = 0;
  for (const std::size_t column : layout.shown) sum += layout.widths[column];
  return sum + kBetween * (layout.shown.empty() ? 0 : layout.shown.size() - 1);
}

std::vector<std::size_t> natural_widths(const std::vector<Column>& columns, const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(text::columns_of(column.title));
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], text::columns_of(row[i]));
  }
  return widths;
}

// Applies `give` to the last column that allows it; false: there is none.
bool give_way(Layout& layout, const std::vector<Column>& columns, Give give) {
  for (auto place = layout.shown.rbegin(); place != layout.shown.rend(); ++place) {
    if (columns[*place].give != give) continue;
    if (give == Give::kBelow) layout.below.insert(layout.below.begin(), *place);
    layout.shown.erase(std::next(place).base());
    return true;
  }
  return false;
}

// Narrows the widest text column from `first` on by one; false: none is wider than `narrowest`.
bool shrink(Layout& layout, const std::vector<Column>& columns, std::size_t first, std::size_t narrowest) {
  std::size_t* widest = nullptr;
  for (std::size_t place = first; place < layout.shown.size(); ++place) {
    const std::size_t column = layout.shown[place];
    if (columns[column].right || layout.widths[column] <= narrowest) continue;
    if (widest == nullptr || layout.widths[column] > *widest) widest = &layout.widths[column];
  }
  if (widest != nullptr) --*widest;
  return widest != nullptr;
}

// The first columns of a text, and the last ones.
std::string_view head_of(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0, used = 0;
  while (bytes < text.size()) {
    const text::Character next = text::first_character(text.substr(bytes));
    const std::size_t wide = next.valid ? text::columns_of(next.code) : 1;
    if (used + wide > columns) break;
    used += wide;
    bytes += next.bytes;
  }
  return text.substr(0, bytes);
}

std::string_view tail_of(std::string_view text, std::size_t columns) {
  std::size_t left = text::columns_of(text);
  while (left > columns) {
    const text::Character next = text::first_character(text);
    left -= std::min(left, next.valid ? text::columns_of(next.code) : std::size_t{1});
    text.remove_prefix(next.bytes);
  }
  // A combining mark must not lose its base character.
  while (!text.empty() && text::is_mark(text::first_character(text).code)) {
    text.remove_prefix(text::first_character(text).bytes);
  }
  return text;
}

}  // namespace

Layout lay_out(const std::vector<Column>& columns, const std::vector<Cells>& rows, std::size_t width) {
  Layout layout;
  layout.shown.resize(columns.size());
  std::iota(layout.shown.begin(), layout.shown.end(), std::size_t{0});
  layout.widths = natural_widths(columns, rows);
  if (width == 0) return layout;
  const auto is_wide = [&] { return total(layout) > width; };
  for (const Give give : {Give::kBelow, Give::kDropFirst, Give::kDrop}) {
    while (is_wide() && layout.shown.size() > 1 && give_way(layout, columns, give)) {
    }
  }
  while (is_wide() && shrink(layout, columns, 1, kReadable)) {
  }
  while (is_wide() && layout.shown.size() > 1 && give_way(layout, columns, Give::kDropLast)) {
  }
  while (is_wide() && shrink(layout, columns, 0, kNarrowestCell)) {
  }
  return layout;
}

std::string shortened(const std::string& text, std::size_t columns) {
  if (text::columns_of(text) <= columns) return text;
  if (columns < 3) return std::string(head_of(text, columns));
  const std::size_t head = columns / 2;
  return std::string(head_of(text, head)) + "…" + std::string(tail_of(text, columns - 1 - head));
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  if (width == 0 || text::columns_of(text) <= width) return text;
  std::string lines;
  std::size_t used = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t blanks = std::min(rest.find_first_not_of(' '), rest.size());
    const std::size_t end = std::min(rest.find(' ', blanks), rest.size());
    const std::string_view word = rest.substr(blanks, end - blanks);
    const std::size_t columns = text::columns_of(word);
    if (used > indent && used + blanks + columns > width) {
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    } else {
      lines += rest.substr(0, blanks);
      used += blanks;
    }
    lines += word;
    used += columns;
    rest.remove_prefix(end);
  }
  return lines;
}

}  // namespace hotspot::ctl
