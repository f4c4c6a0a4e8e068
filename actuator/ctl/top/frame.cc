#include "actuator/ctl/top/frame.h"

#include <algorithm>

#include "actuator/ctl/output.h"
#include "actuator/ctl/screen.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

std::size_t width() { return screen().width > 0 ? screen().width : 10'000; }

// As much as fits: the most important part comes first.
std::string line(const std::string& text, Ink ink) {
  const std::string lines = wrapped(text::visible(text, text::kMostLineBytes), width(), 0);
  return inked(shortened(lines.substr(0, lines.find('\n')), width()), ink) + "\n";
}

char capital(char letter) { return static_cast<char>(letter - 'a' + 'A'); }

// "by Domain Node Cpu": the capital letter of each word is its key.
std::string keys_of(TopOf of) {
  std::string text;
  for (const TopColumn& one : top_columns(of)) {
    if (one.word.empty()) continue;
    std::string word = one.word;
    if (const auto at = word.find(one.key); at != std::string::npos) word[at] = capital(one.key);
    text += " " + word;
  }
  return text;
}

std::string first_lines(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = text.find('\n', end);
    if (at == std::string::npos) return text;
    end = at + 1;
  }
  return text.substr(0, end);
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Selects the next or previous column to sort by.
void step_column(TopView& view, bool forwards) {
  const auto words = top_words(view.of);
  const auto at = static_cast<std::size_t>(std::find(words.begin(), words.end(), view.order.column) - words.begin());
  const std::size_t next = at >= words.size() ? 0 : at + (forwards ? 1 : words.size() - 1);
  view.order = {words[next % words.size()], false};
}

TopKey scrolled(TopView& view, std::size_t to, std::size_t rows) {
  view.first = rows == 0 ? 0 : std::min(to, rows - 1);
  return TopKey::kChanged;
}

TopKey sort_key(const std::string& key, TopView& view) {
  for (const TopColumn& one : top_columns(view.of)) {
    if (one.key == 0 || (key != std::string(1, one.key) && key != std::string(1, capital(one.key)))) continue;
    const bool again = view.order.column == one.word;
    view.order = {one.word, again && !view.order.reversed};
    view.first = 0;
    return TopKey::kChanged;
  }
  return TopKey::kNothing;
}

}  // namespace

std::string top_table(const TopContent& content, const TopView& view, std::size_t count) {
  std::vector<nlohmann::json> rows = content.rows;
  sort_rows(rows, content.of, view.order);
  std::vector<Column> columns;
  for (const TopColumn& one : top_columns(content.of)) {
    columns.push_back(one.column);
    if (one.word == view.order.column && one.column.give != Give::kBelow) columns.back().give = Give::kNever;
  }
  std::vector<Cells> cells;
  for (std::size_t i = view.first; i < rows.size() && cells.size() < count; ++i) {
    Cells row;
    for (const TopColumn& one : top_columns(content.of)) {
      std::string cell = one.cell(rows[i]);
      if (one.column.give == Give::kBelow && cell == "-") cell.clear();
      row.push_back(std::move(cell));
    }
    cells.push_back(std::move(row));
  }
  return table(columns, cells);
}

std::string top_frame(const TopContent& content, const TopView& view, const TopTrouble& trouble, std::size_t height) {
  const bool heads = screen().heads;
  std::string head, foot;
  if (heads) {
    head = line(time_cell(content.at) + "  " + content.cluster + ": " + content.summary, Ink::kFaint);
    foot = line(
        std::string("q end  Tab ") + (view.of == TopOf::kDomains ? "nodes" : "domains") + "  by" + keys_of(view.of),
        Ink::kFaint);
  }
  if (trouble.since > 0)
    head += line("since " + time_cell(trouble.since) + " nothing can be read: " + trouble.message, Ink::kBad);
  if (content.rows.empty() && content.at > 0)
    head += line("no admitted node has sent anything for an hour", Ink::kPlain);
  const std::size_t taken = lines_of(head) + lines_of(foot);
  const std::size_t room = height > taken ? height - taken : 0;
  const std::string rows = content.rows.empty() ? "" : first_lines(top_table(content, view, room), room);
  return first_lines(head, height) + rows + std::string(room - std::min(room, lines_of(rows)), '\n') +
         (height >= taken ? foot : "");
}

TopKey press(const std::string& key, TopView& view, std::size_t rows, std::size_t height) {
  const std::size_t page = height > 5 ? height - 5 : 1;
  if (key == "q" || key == "Q" || key == "\x03") return TopKey::kEnd;
  if (key == "\x1a") return TopKey::kSuspend;
  if (key == "\t") {
    view = {.of = view.of == TopOf::kDomains ? TopOf::kNodes : TopOf::kDomains, .order = {}, .first = 0};
    return TopKey::kOther;
  }
  if (key == "\x1b[B" || key == "\x1bOB" || key == "j") return scrolled(view, view.first + 1, rows);
  if (key == "\x1b[A" || key == "\x1bOA" || key == "k")
    return scrolled(view, view.first - std::min<std::size_t>(view.first, 1), rows);
  if (key == "\x1b[6~" || key == " ") return scrolled(view, view.first + page, rows);
  if (key == "\x1b[5~") return scrolled(view, view.first - std::min(view.first, page), rows);
  if (key == "\x1b[H" || key == "\x1bOH" || key == "\x1b[1~") return scrolled(view, 0, rows);
  if (key == "r" || key == "R") {
    view.order.reversed = !view.order.reversed;
    return TopKey::kChanged;
  }
  if (key == "<" || key == ">" || key == "\x1b[C" || key == "\x1b[D" || key == "\x1bOC" || key == "\x1bOD") {
    step_column(view, key == ">" || key.back() == 'C');
    return TopKey::kChanged;
  }
  return sort_key(key, view);
}

std::vector<std::string> keys_in(const std::string& bytes) {
  std::vector<std::string> keys;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t length = 1;
    if (bytes[at] == '\x1b' && at + 1 < bytes.size() && bytes[at + 1] == 'O') {
      length = 3;
    } else if (bytes[at] == '\x1b' && at + 1 < bytes.size() && bytes[at + 1] == '[') {
      length = 2;
      // Parameters, and the letter or ~ that ends them.
      while (at + length < bytes.size() && (bytes[at + length] < '@' || bytes[at + length] > '~')) ++length;
      ++length;
    }
    keys.push_back(bytes.substr(at, length));
    at += length;
  }
  return keys;
}

}  // namespace hotspot::ctl
