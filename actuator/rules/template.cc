#include "actuator/rules/template.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "actuator/rules/characters.h"
#include "actuator/rules/humanize.h"
#include "actuator/rules/lexer.h"

namespace hotspot::rules {
namespace {

std::string upper(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return made;
}

std::string title(std::string_view text) {
  std::string made(text);
  bool first = true;
  for (char& c : made) {
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    first = c == ' ' || c == '\t' || c == '\n';
  }
  return made;
}

struct Function {
  std::string_view name;
  std::string (*of_number)(double) = nullptr;
  std::string (*of_text)(std::string_view) = nullptr;
};
constexpr std::array<Function, 9> kFunctions{{{"humanize", humanize},
                                              {"humanize1024", humanize_1024},
                                              {"humanizeDuration", humanize_duration},
                                              {"humanizePercentage", humanize_percentage},
                                              {"humanizeTimestamp", humanize_timestamp},
                                              {"printf"},
                                              {"title", nullptr, title},
                                              {"toLower", nullptr, lower_case},
                                              {"toUpper", nullptr, upper}}};

// One function of a pipeline; `format` is that of printf.
struct PipeStep {
  const Function* function = nullptr;
  std::string format;
};

// A piece of a template: text as it stands, or an action.
struct Piece {
  std::string_view text;  // of plain text
  bool is_value = false;
  std::string_view label;  // without "$labels."
  std::vector<PipeStep> steps;
};

// The one verb of a format: what C's printf takes, without what would need more arguments.
struct Verb {
  std::size_t begin = 0, end = 0;
  char letter = 0;
};

std::optional<Verb> find_verb(std::string_view format) {
  std::optional<Verb> found;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') continue;
    if (at + 1 < format.size() && format[at + 1] == '%') {
      ++at;
      continue;
    }
    std::size_t end = format.find_first_not_of("+-0123456789. ", at + 1);
    if (found || end == std::string_view::npos || end - at > 8) return std::nullopt;
    if (std::string_view("feEgGvs").find(format[end]) == std::string_view::npos) return std::nullopt;
    found = Verb{at, end + 1, format[end]};
    at = end;
  }
  return found;
}

std::string plain_part(std::string_view format) {
  std::string made;
  for (std::size_t at = 0; at < format.size(); ++at) {
    made += format[at];
    if (format[at] == '%') ++at;
  }
  return made;
}

// `number` is null where a text is shown.
std::string formatted(const std::string& format, const double* number, const std::string& text) {
  const auto verb = find_verb(format);
  if (!verb) return format;
  std::string shown = text;
  if (number != nullptr && verb->letter != 'v' && verb->letter != 's') {
    const std::string spec = format.substr(verb->begin, verb->end - verb->begin);
    std::array<char, 512> digits{};
    if (std::isfinite(*number))
      std::snprintf(digits.data(), digits.size(), spec.c_str(), *number), shown = digits.data();
  }
  return plain_part(std::string_view(format).substr(0, verb->begin)) + shown +
         plain_part(std::string_view(format).substr(verb->end));
}

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
      if (text_[at] == '"' || text_[at] == '`') {
        stop = std::min(text_.find(text_[at], at + 1), end - 1) + 1;
      } else {
        while (text_[at] != '|' && stop < end && !is_blank(text_[stop]) && text_[stop] != '|') ++stop;
      }
      all.push_back({text_.substr(at, stop - at), at});
      at = stop;
    }
    return all;
  }

  // {{ $x }}, {{ $x | f | g }}, {{ f $x }}, {{ printf "%.1f" $value }}
  void action(std::size_t begin, std::size_t end) {
    const std::vector<Part> parts = words(begin, end);
    if (parts.empty()) return fail(begin - 2, "there is nothing between '{{' and '}}'");
    Piece piece;
    std::size_t at = 0;
    const auto is_variable = [&](std::size_t i) {
      return i < parts.size() && (parts[i].text[0] == '$' || parts[i].text[0] == '.');
    };
    const std::size_t problems_before = problems.size();
    if (!is_variable(0) && parts.size() > 1 && parts[1].text != "|") {
      at = function(parts, 0, piece);
      if (problems.size() != problems_before) return;
      if (!is_variable(at)) return fail(parts[0].offset, kForms);
    }
    variable(parts[at++], piece);
    while (at < parts.size()) {
      if (parts[at].text != "|" || at + 1 == parts.size()) return fail(parts[at].offset, kForms);
      at = function(parts, at + 1, piece);
    }
    check_number(parts, piece);
    pieces.push_back(piece);
  }

  static constexpr const char* kForms = "a template can show $value and $labels.NAME, each through functions";

  void check_number(const std::vector<Part>& parts, const Piece& piece) {
    bool is_number = piece.is_value;
    for (const PipeStep& step : piece.steps) {
      if (step.function == nullptr) continue;
      if (step.function->of_number != nullptr && !is_number) {
        return fail(parts[0].offset, "only $value is a number that a function can show");
      }
      is_number = false;
    }
  }

  void variable(const Part& part, Piece& piece) {
    static constexpr std::string_view kLabelsPrefix = "$labels.";
    static constexpr std::string_view kFieldPrefix = ".Labels.";
    if (part.text == "$value" || part.text == ".Value") {
      piece.is_value = true;
    } else if (part.text.starts_with(kLabelsPrefix)) {
      piece.label = part.text.substr(kLabelsPrefix.size());
      check_label(part, piece.label);
    } else if (part.text.starts_with(kFieldPrefix)) {
      piece.label = part.text.substr(kFieldPrefix.size());
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

  // Returns the place behind it.
  std::size_t function(const std::vector<Part>& parts, std::size_t at, Piece& piece) {
    std::vector<std::string_view> names;
    PipeStep step;
    for (const Function& known : kFunctions) {
      names.push_back(known.name);
      if (known.name == parts[at].text) step.function = &known;
    }
    if (step.function == nullptr) {
      problems.push_back(unknown_word(parts[at].offset, "template function", parts[at].text, names));
    } else if (step.function->name == "printf") {
      ++at;
      const bool is_text = at < parts.size() && parts[at].text.size() >= 2 &&
                           (parts[at].text[0] == '"' || parts[at].text[0] == '`') &&
                           parts[at].text.back() == parts[at].text[0];
      if (is_text) step.format = std::string(parts[at].text.substr(1, parts[at].text.size() - 2));
      if (!is_text || !find_verb(step.format)) {
        fail(parts[std::min(at, parts.size() - 1)].offset,
             "printf needs a format with one verb in quotes, such as \"%.1f\"; the verbs are %f %e %g %v and %s");
      }
    }
    piece.steps.push_back(std::move(step));
    return at + 1;
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
    if (!piece.is_value && piece.label.empty()) {
      expanded += piece.text;
      continue;
    }
    const double* number = nullptr;
    std::string shown;
    if (piece.is_value) {
      number = &value;
      shown = number_text(value);
    } else if (const auto found = labels.find(std::string(piece.label)); found != labels.end()) {
      shown = found->second;
    }
    for (const PipeStep& step : piece.steps) {
      if (step.function == nullptr) continue;
      if (step.function->of_number != nullptr)
        shown = step.function->of_number(number != nullptr ? *number : 0);
      else
        shown =
            step.function->of_text != nullptr ? step.function->of_text(shown) : formatted(step.format, number, shown);
      number = nullptr;
    }
    expanded += shown;
  }
  return expanded;
}

}  // namespace hotspot::rules
