#include "actuator/rules/template.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "actuator/rules/humanize.h"

namespace hotspot::rules {
namespace {

using Humanize = std::string (*)(double);
struct Function {
  std::string_view name;
  Humanize run;
};
constexpr std::array<Function, 4> kFunctions{{{"humanize", humanize},
                                              {"humanize1024", humanize_1024},
                                              {"humanizeDuration", humanize_duration},
                                              {"humanizePercentage", humanize_percentage}}};

// A piece of a template: text as it stands, or an action.
struct Piece {
  std::string_view text;  // of plain text
  bool is_value = false;
  std::string_view label;  // without "$labels."
  Humanize function = nullptr;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Reader {
 public:
  Reader(std::string_view text, const LabelNames& possible) : text_(text), possible_(possible) {}

  void read() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t open = std::min(text_.find("{{", at), text_.size());
      if (open > at) pieces.push_back({.text = text_.substr(at, open - at)});
      if (open == text_.size()) return;
      const std::size_t close = text_.find("}}", open);
      if (close == std::string_view::npos) return fail(open, "'{{' without its '}}'");
      action(open + 2, close);
      at = close + 2;
    }
  }

  std::vector<Piece> pieces;
  std::vector<TextProblem> problems;

 private:
  void fail(std::size_t at, std::string message, std::string suggestion = "") {
    problems.push_back({at, std::move(message), std::move(suggestion)});
  }

  struct Part {
    std::string_view text;
    std::size_t offset;
  };

  std::vector<Part> words(std::size_t begin, std::size_t end) const {
    std::vector<Part> all;
    for (std::size_t at = begin; at < end;) {
      if (is_blank(text_[at])) {
        ++at;
        continue;
      }
      std::size_t stop = at + 1;
      while (text_[at] != '|' && stop < end && !is_blank(text_[stop]) && text_[stop] != '|') ++stop;
      all.push_back({text_.substr(at, stop - at), at});
      at = stop;
    }
    return all;
  }

  // {{ $x }}, {{ $x | f }} or {{ f $x }}
  void action(std::size_t begin, std::size_t end) {
    const std::vector<Part> parts = words(begin, end);
    if (parts.empty()) return fail(begin - 2, "there is nothing between '{{' and '}}'");
    Piece piece;
    if (parts.size() == 1) return variable(parts[0], piece), pieces.push_back(piece);
    if (parts.size() == 3 && parts[1].text == "|") {
      variable(parts[0], piece);
      function(parts[2], piece);
    } else if (parts.size() == 2 && parts[0].text[0] != '$') {
      function(parts[0], piece);
      variable(parts[1], piece);
    } else {
      return fail(parts[1].offset, "a template can show $value and $labels.NAME, each through one function");
    }
    if (piece.function != nullptr && !piece.is_value)
      fail(parts[0].offset, "only $value is a number that a function can show");
    pieces.push_back(piece);
  }

  void variable(const Part& part, Piece& piece) {
    static constexpr std::string_view kLabelsPrefix = "$labels.";
    if (part.text == "$value") {
      piece.is_value = true;
    } else if (part.text.starts_with(kLabelsPrefix)) {
      piece.label = part.text.substr(kLabelsPrefix.size());
      check_label(part, piece.label);
    } else {
      problems.push_back(
          unknown_word(part.offset, "variable", part.text, {"$value", "$labels.node", "$labels.domain"}));
    }
  }

  void check_label(const Part& part, std::string_view name) {
    if (possible_.has(name)) return;
    const std::vector<std::string_view> known(possible_.names.begin(), possible_.names.end());
    const std::string near = nearest(name, known);
    fail(part.offset, "no value of the expression has a label '" + std::string(name) + "'",
         near.empty() ? "" : "$labels." + near);
  }

  void function(const Part& part, Piece& piece) {
    std::vector<std::string_view> names;
    for (const Function& known : kFunctions) {
      names.push_back(known.name);
      if (known.name == part.text) piece.function = known.run;
    }
    if (piece.function == nullptr) {
      problems.push_back(unknown_word(part.offset, "template function", part.text, names));
    }
  }

  std::string_view text_;
  LabelNames possible_;
};

}  // namespace

std::vector<TextProblem> check_template(std::string_view text, const LabelNames& possible) {
  Reader reader(text, possible);
  reader.read();
  return reader.problems;
}

std::string expand_template(std::string_view text, double value, const std::map<std::string, std::string>& labels) {
  if (text.find("{{") == std::string_view::npos) return std::string(text);
  Reader reader(text, LabelNames{{}, true});
  reader.read();
  std::string expanded;
  for (const Piece& piece : reader.pieces) {
    if (piece.is_value) {
      expanded += piece.function == nullptr ? number_text(value) : piece.function(value);
    } else if (!piece.label.empty()) {
      const auto found = labels.find(std::string(piece.label));
      if (found != labels.end()) expanded += found->second;
    } else {
      expanded += piece.text;
    }
  }
  return expanded;
}

}  // namespace hotspot::rules
