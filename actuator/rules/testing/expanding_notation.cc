#include "actuator/rules/testing/expanding_notation.h"

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/lexer.h"

namespace hotspot::rules {
namespace {

class SeriesReader {
 public:
  explicit SeriesReader(std::string_view text) : text_(text) {}

  Parsed<SeriesLabels> read() {
    skip_blanks();
    if (const std::string name = word(":"); !name.empty()) labels_["__name__"] = name;
    skip_blanks();
    if (here() == '{') {
      if (auto problem = read_labels()) return *problem;
    }
    skip_blanks();
    if (at_ < text_.size())
      return TextProblem{at_, "a series is name{label=\"text\", …}; this does not belong to it", ""};
    if (labels_.empty()) return TextProblem{0, "a series without name and labels", ""};
    // A label with an empty value counts as missing.
    std::erase_if(labels_, [](const auto& label) { return label.second.empty(); });
    return std::move(labels_);
  }

  Parsed<SeriesLabels> read_or_nothing() {
    skip_blanks();
    if (at_ >= text_.size() || text_.substr(at_) == "{}") return SeriesLabels{};
    return read();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string word(std::string_view besides) {
    const std::size_t begin = at_;
    while (is_letter(here()) || here() == '_' || (at_ > begin && is_digit(here())) ||
           (here() != '\0' && besides.find(here()) != std::string_view::npos)) {
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::optional<TextProblem> read_labels() {
    ++at_;
    for (skip_blanks(); here() != '}'; skip_blanks()) {
      const std::size_t place = at_;
      const std::string name = word("");
      if (name.empty()) return TextProblem{at_, "the name of a label is missing here, or a '}'", ""};
      skip_blanks();
      if (here() != '=') return TextProblem{at_, "a label is written name=\"text\"", ""};
      ++at_;
      skip_blanks();
      if (here() != '"' && here() != '\'' && here() != '`')
        return TextProblem{at_, "a text in quotes is missing here", ""};
      const auto value = read_string(text_.substr(at_));
      if (!value) return TextProblem{at_ + value.error().offset, value.error().message, value.error().suggestion};
      at_ += value->length;
      if (!labels_.try_emplace(name, value->value).second)
        return TextProblem{place, "label " + quoted(name) + " twice", ""};
      skip_blanks();
      if (here() == ',') {
        ++at_;
      } else if (here() != '}') {
        return TextProblem{at_, "a ',' or a '}' is missing here", ""};
      }
    }
    ++at_;
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  SeriesLabels labels_;
};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

Parsed<SeriesLabels> parse_series(std::string_view text) { return SeriesReader(text).read(); }
Parsed<SeriesLabels> parse_labels(std::string_view text) { return SeriesReader(text).read_or_nothing(); }

std::string series_text(const SeriesLabels& labels) {
  std::string name, list;
  for (const auto& [label, value] : labels) {
    if (label == "__name__") {
      name = value;
    } else {
      list += (list.empty() ? "" : ", ") + label + "=\"" + escaped(value) + "\"";
    }
  }
  return name.empty() || !list.empty() ? name + "{" + list + "}" : name;
}

}  // namespace hotspot::rules
