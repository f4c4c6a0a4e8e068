// Maps a position in a scalar's text back to the file, through quotes, escapes and folded lines.
#include <algorithm>

#include "actuator/rules/files/yaml_tree.h"
#include "actuator/rules/language/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules {
namespace {

// Length in the file of an escape in double quotes, from its backslash.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  switch (text[1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

// Walks the file and the value side by side.
class Aligner {
 public:
  Aligner(std::string_view file, const YamlNode& scalar) : file_(file), value_(scalar.text), at_(scalar.offset) {
    const char first = at_ < file_.size() ? file_[at_] : '\0';
    if (!scalar.plain && (first == '"' || first == '\'')) {
      quote_ = first;
      ++at_;
    } else if (!scalar.plain && (first == '|' || first == '>')) {
      at_ = std::min(file_.find('\n', at_), file_.size());
      skip_blanks();
    }
  }

  std::size_t offset_of(std::size_t target) {
    for (std::size_t i = 0; i < std::min(target, value_.size()) && at_ < file_.size();) i += step(i);
    if (target < value_.size() && !is_blank(value_[target])) skip_blanks();
    return std::min(at_, file_.size());
  }

 private:
  // Also over a line break that is escaped by a backslash.
  void skip_blanks() {
    while (at_ < file_.size() && (is_blank(file_[at_]) || at_joined_line())) ++at_;
  }

  bool at_joined_line() const {
    return quote_ == '"' && (file_.substr(at_, 2) == "\\\n" || file_.substr(at_, 3) == "\\\r\n");
  }

  // Skips in the file what produced value_[i]; returns how many bytes of the value that was.
  std::size_t step(std::size_t i) {
    if (is_blank(value_[i])) return step_blank(i);
    skip_blanks();
    if (at_ >= file_.size()) return 1;
    if (quote_ == '"' && file_[at_] == '\\') return step_escape(i);
    at_ += quote_ == '\'' && file_.substr(at_, 2) == "''" ? 2 : 1;
    return 1;
  }

  // Blanks are the same in both, or folded: a run with a line break in the file, fewer blanks in the value.
  std::size_t step_blank(std::size_t i) {
    if (at_joined_line()) skip_blanks();
    if (quote_ == '"' && at_ < file_.size() && file_[at_] == '\\') return step_escape(i);
    std::size_t run = at_;
    while (run < file_.size() && is_blank(file_[run])) ++run;
    const bool folds = file_.substr(at_, run - at_).find('\n') != std::string_view::npos;
    const bool last_blank = i + 1 >= value_.size() || !is_blank(value_[i + 1]);
    if (run > at_) at_ = folds && last_blank ? run : at_ + 1;
    return 1;
  }

  std::size_t step_escape(std::size_t i) {
    at_ = std::min(at_ + escape_length(file_.substr(at_)), file_.size());
    return telemetry::first_character(value_.substr(i)).bytes;
  }

  std::string_view file_;
  std::string_view value_;
  std::size_t at_;
  char quote_ = '\0';
};

}  // namespace

std::size_t source_offset(const SourceText& source, const YamlNode& scalar, std::size_t at) {
  if (scalar.kind != YamlNode::Kind::kScalar) return scalar.offset;
  return Aligner(source.text(), scalar).offset_of(at);
}

}  // namespace hotspot::rules
