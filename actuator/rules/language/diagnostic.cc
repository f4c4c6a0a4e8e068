#include "actuator/rules/language/diagnostic.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "actuator/rules/language/source_text.h"
#include "common/text/characters.h"
#include "common/text/secrets.h"
#include "common/text/visible.h"
#include "common/text/words.h"

namespace hotspot::rules {
namespace {

// A longer line is cut around the caret, so that the caret is below its character on any terminal.
constexpr std::size_t kLineWidth = 100;

struct Excerpt {
  std::string line;
  std::size_t caret = 0;  // columns before the caret
};

// A line as displayed, one cell per column: a tab becomes one blank, other invisible characters become escapes of
// several cells; a wide character is followed by an empty cell, and a combining mark shares the cell of its character.
struct Cells {
  std::vector<std::string> all;
  std::vector<std::size_t> of_character;  // where each character starts
};

Cells cells_of(std::string_view line) {
  Cells cells;
  while (!line.empty()) {
    const text::Character next = text::first_character(line);
    const std::string_view one = line.substr(0, next.bytes);
    line.remove_prefix(next.bytes);
    cells.of_character.push_back(cells.all.size());
    if (next.valid && text::is_mark(next.code) && !cells.all.empty() &&
        text::visible(cells.all.back() + std::string(one)).ends_with(one)) {
      cells.all.back() += one;
      cells.of_character.back() = cells.all.size() - 1;
    } else if (const std::string shown = one == "\t" ? " " : text::visible(one); shown == one || one == "\t") {
      cells.all.push_back(shown);
      cells.all.resize(cells.all.size() + text::columns_of(shown) - 1);
    } else {
      for (const char c : shown) cells.all.emplace_back(1, c);
    }
  }
  return cells;
}

Excerpt excerpt(std::string_view line, int column) {
  const Cells cells = cells_of(line);
  const std::vector<std::string>& all = cells.all;
  const auto character = static_cast<std::size_t>(std::max(column, 1) - 1);
  const std::size_t caret = character < cells.of_character.size() ? cells.of_character[character] : all.size();
  std::size_t begin = 0;
  if (all.size() > kLineWidth && caret > kLineWidth / 2)
    begin = std::min(caret - kLineWidth / 2, all.size() - kLineWidth);
  while (begin > 0 && all[begin].empty()) --begin;  // not at the second half of a wide character
  const std::size_t end = std::min(begin + kLineWidth, all.size());
  Excerpt result;
  if (begin > 0) result.line = "…";
  result.caret = caret - begin + (begin > 0 ? 1 : 0);
  for (std::size_t i = begin; i < end; ++i) result.line += all[i];
  if (end < all.size()) result.line += "…";
  return result;
}

// Keeps passwords out of terminals and logs, also one on the line below its key.
std::string without_secret(std::string_view line, std::string_view line_before) {
  const auto begun = text::secret_value(line_before);
  const std::size_t indented = std::min(line.find_first_not_of(" \t"), line.size());
  const bool goes_on = begun && line_before.substr(*begun).find_first_not_of(" \t|>+-\"'") == std::string_view::npos &&
                       line.find(':') == std::string_view::npos;
  const auto secret = goes_on ? indented : text::secret_value(line);
  if (!secret || *secret >= line.size()) return std::string(line);
  return std::string(line.substr(0, *secret)) + std::string(text::kHidden);
}

// Splits each file into lines once.
class Formatter {
 public:
  explicit Formatter(const std::vector<SourceFile>& files) : files_(files), sources_(files.size()) {
    for (std::size_t i = 0; i < files.size(); ++i) order_.try_emplace(files[i].path, i);
  }

  std::size_t order_of(const std::string& path) const {
    const auto found = order_.find(path);
    return found == order_.end() ? files_.size() : found->second;
  }

  std::string format(const Diagnostic& diagnostic) {
    const Position at = diagnostic.position;
    std::string text =
        text::visible(diagnostic.file) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
    text += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
    text += text::visible(diagnostic.message, text::kMostLineBytes);
    if (!diagnostic.suggestion.empty()) text += ", did you mean '" + text::visible(diagnostic.suggestion) + "'?";
    text += "\n";
    const std::size_t file = order_of(diagnostic.file);
    if (file == files_.size()) return text;
    if (!sources_[file]) sources_[file].emplace(files_[file].text);
    const std::string_view before = at.line > 1 ? sources_[file]->line(at.line - 1) : std::string_view();
    const Excerpt shown = excerpt(without_secret(sources_[file]->line(at.line), before), at.column);
    if (shown.line.empty()) return text;
    return text + "  " + shown.line + "\n  " + std::string(shown.caret, ' ') + "^\n";
  }

 private:
  const std::vector<SourceFile>& files_;
  std::map<std::string_view, std::size_t> order_;
  std::vector<std::optional<SourceText>> sources_;
};

}  // namespace

std::string format(const Diagnostic& diagnostic, const std::vector<SourceFile>& files) {
  return Formatter(files).format(diagnostic);
}

std::string format(const std::vector<Diagnostic>& diagnostics, const std::vector<SourceFile>& files) {
  if (diagnostics.empty()) return "";
  Formatter formatter(files);
  std::vector<const Diagnostic*> ordered;
  for (const Diagnostic& diagnostic : diagnostics) ordered.push_back(&diagnostic);
  std::stable_sort(ordered.begin(), ordered.end(), [&](const Diagnostic* a, const Diagnostic* b) {
    const std::size_t file_a = formatter.order_of(a->file);
    const std::size_t file_b = formatter.order_of(b->file);
    return file_a != file_b ? file_a < file_b : a->position < b->position;
  });
  std::string text;
  std::size_t errors = 0;
  for (const Diagnostic* diagnostic : ordered) {
    text += formatter.format(*diagnostic);
    if (diagnostic->severity == Severity::kError) ++errors;
  }
  const std::size_t warnings = diagnostics.size() - errors;
  std::string counts;
  if (errors > 0) counts = text::counted(errors, "error");
  if (warnings > 0) counts += (counts.empty() ? "" : ", ") + text::counted(warnings, "warning");
  return text + counts + "\n";
}

}  // namespace hotspot::rules
