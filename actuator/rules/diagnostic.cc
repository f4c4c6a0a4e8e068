#include "actuator/rules/diagnostic.h"

#include <algorithm>
#include <numeric>

#include "actuator/rules/source_text.h"

namespace hotspot::rules {
namespace {

// A longer line is cut around the caret, so that a caret stands under its character on any terminal.
constexpr std::size_t kLineWidth = 100;

struct Excerpt {
  std::string line;
  std::size_t caret = 0;  // characters before it
};

// The line as code points, with control characters (a tab as well) shown as one blank each.
std::vector<std::string> characters(std::string_view line) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = std::min(utf8_length(line[i]), line.size() - i);
    const bool control = length == 1 && (static_cast<unsigned char>(line[i]) < 0x20 || line[i] == 0x7f);
    all.emplace_back(control ? " " : std::string(line.substr(i, length)));
    i += length;
  }
  return all;
}

Excerpt excerpt(std::string_view line, int column) {
  const std::vector<std::string> all = characters(line);
  std::size_t caret = std::min(static_cast<std::size_t>(std::max(column, 1) - 1), all.size());
  std::size_t begin = 0;
  if (all.size() > kLineWidth && caret > kLineWidth / 2)
    begin = std::min(caret - kLineWidth / 2, all.size() - kLineWidth);
  const std::size_t end = std::min(begin + kLineWidth, all.size());
  Excerpt result;
  if (begin > 0) result.line = "…";
  result.caret = caret - begin + (begin > 0 ? 1 : 0);
  for (std::size_t i = begin; i < end; ++i) result.line += all[i];
  if (end < all.size()) result.line += "…";
  return result;
}

std::size_t file_order(const std::string& path, const std::vector<SourceFile>& files) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const SourceFile& file) { return file.path == path; });
  return static_cast<std::size_t>(found - files.begin());
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// With the cost of a swap of neighbours as one step: "ratoi" is one step from "ratio".
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string format(const Diagnostic& diagnostic, const std::vector<SourceFile>& files) {
  const Position at = diagnostic.position;
  std::string text = diagnostic.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
  text += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
  text += diagnostic.message;
  if (!diagnostic.suggestion.empty()) text += ", did you mean '" + diagnostic.suggestion + "'?";
  text += "\n";
  const std::size_t file = file_order(diagnostic.file, files);
  if (file == files.size()) return text;
  const Excerpt shown = excerpt(SourceText(files[file].text).line(at.line), at.column);
  if (shown.line.empty()) return text;
  return text + "  " + shown.line + "\n  " + std::string(shown.caret, ' ') + "^\n";
}

std::string format(const std::vector<Diagnostic>& diagnostics, const std::vector<SourceFile>& files) {
  if (diagnostics.empty()) return "";
  std::vector<const Diagnostic*> ordered;
  for (const Diagnostic& diagnostic : diagnostics) ordered.push_back(&diagnostic);
  std::stable_sort(ordered.begin(), ordered.end(), [&](const Diagnostic* a, const Diagnostic* b) {
    const std::size_t file_a = file_order(a->file, files);
    const std::size_t file_b = file_order(b->file, files);
    return file_a != file_b ? file_a < file_b : a->position < b->position;
  });
  std::string text;
  std::size_t errors = 0;
  for (const Diagnostic* diagnostic : ordered) {
    text += format(*diagnostic, files);
    if (diagnostic->severity == Severity::kError) ++errors;
  }
  const std::size_t warnings = diagnostics.size() - errors;
  std::string counts;
  if (errors > 0) counts = counted(errors, "error");
  if (warnings > 0) counts += (counts.empty() ? "" : ", ") + counted(warnings, "warning");
  return text + counts + "\n";
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // One slip in three characters is still a slip; more is another word.
  const std::size_t limit = std::clamp<std::size_t>(word.size() / 3, 1, 4);
  if (word.empty() || word.size() > 100) return "";
  std::string_view best;
  std::size_t best_distance = limit + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

}  // namespace hotspot::rules
