#include "actuator/rules/testing/expanding_notation.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "actuator/rules/characters.h"
#include "actuator/rules/lexer.h"
#include "actuator/rules/store.h"

namespace hotspot::rules {
namespace {

class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : text_(text) {}

  Parsed<NotedValues> read() {
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      item_ = at_;
      if (const auto problem = read_item()) return *problem;
      if (at_ < text_.size() && !is_blank(text_[at_])) return behind_item();
      if (values_.size() > kMaxNotedValues) {
        return TextProblem{item_, "more than " + std::to_string(kMaxNotedValues) + " values in one series", ""};
      }
    }
    return std::move(values_);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::optional<TextProblem> read_item() {
    if (here() == '_') {
      ++at_;
      return here() == 'x' ? repeat(std::nullopt, 0, 0) : (values_.emplace_back(), std::nullopt);
    }
    if (here() == '{')
      return TextProblem{at_, "native histograms are not supported: Hotspot's samples are numbers", ""};
    if (text_.substr(at_).starts_with("stale")) {
      at_ += 5;
      return here() == 'x' ? repeat(stale_marker(), 0, 1) : (values_.emplace_back(stale_marker()), std::nullopt);
    }
    const auto first = number(here() == '+' || here() == '-');
    if (!first) return not_a_value();
    if (here() == 'x') return repeat(*first, 0, 1);
    if (here() != '+' && here() != '-') return values_.emplace_back(*first), std::nullopt;
    const std::size_t sign = at_;
    const auto step = number(true);
    if (!step) return TextProblem{sign, "a number is missing behind this sign; 0+10x5 is 0 10 20 30 40 50", ""};
    if (here() == 'x') return repeat(*first, *step, 1);
    const std::string written(text_.substr(item_, at_ - item_));
    return TextProblem{at_, "how often is missing; " + written + "x5 adds five times", written + "x5"};
  }

  // "xN": N more values behind the `given` ones, each `step` above the one before.
  std::optional<TextProblem> repeat(std::optional<double> value, double step, std::size_t given) {
    const std::size_t digits = ++at_;
    while (is_digit(here())) ++at_;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text_.data() + digits, text_.data() + at_, count);
    if (at_ == digits) return TextProblem{digits, "how often is missing behind the x", ""};
    if (error != std::errc() || count > kMaxNotedValues) {
      return TextProblem{digits, "more than " + std::to_string(kMaxNotedValues) + " values in one series", ""};
    }
    for (std::size_t i = 0; i < count + given; ++i) {
      values_.push_back(value);
      if (value && step != 0) *value += step;  // a stale marker must stay itself: it is added to nothing
    }
    return std::nullopt;
  }

  // As Prometheus's lexer takes it in a description of series: decimal only, Inf and NaN in any case.
  std::optional<double> number(bool is_signed) {
    const std::size_t begin = at_;
    double sign = 1;
    if (is_signed) sign = text_[at_++] == '-' ? -1 : 1;
    if (is_letter(here())) {
      const std::string word = lower_case(text_.substr(at_, 3));
      if (word != "inf" && word != "nan") return at_ = begin, std::nullopt;
      at_ += 3;
      return word == "inf" ? sign * std::numeric_limits<double>::infinity() : std::nan("");
    }
    const std::size_t digits = at_;
    while (is_digit(here()) || here() == '.') ++at_;
    if ((here() == 'e' || here() == 'E') && at_ > digits) {
      std::size_t exponent = at_ + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && is_digit(text_[exponent])) {
        while (exponent < text_.size() && is_digit(text_[exponent])) ++exponent;
        at_ = exponent;
      }
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data() + digits, text_.data() + at_, value);
    if (error == std::errc::result_out_of_range) {
      value = std::strtod(std::string(text_.substr(digits, at_ - digits)).c_str(), nullptr);
    } else if (error != std::errc() || end != text_.data() + at_) {
      return at_ = begin, std::nullopt;
    }
    return sign * value;
  }

  std::string_view word() const {
    const std::size_t end = text_.find_first_of(" \t\r\n", item_);
    return text_.substr(item_, end == std::string_view::npos ? end : end - item_);
  }

  TextProblem not_a_value() const {
    const std::string lower = lower_case(word());
    const std::string nearest_word = nearest(lower, {"stale", "_", "NaN", "Inf"});
    return {item_, quoted(word()) + " is not a value; write numbers, 0+10x100, _ for a missing one, or stale",
            nearest_word == "stale" || lower == "null" || lower == "none" || lower == "missing"
                ? (nearest_word == "stale" ? "stale" : "_")
                : ""};
  }

  TextProblem behind_item() const {
    if (text_[at_] == ',') return {at_, "values stand with blanks between them, not commas", ""};
    return {at_, "this does not belong to a value: " + quoted(word()), ""};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t item_ = 0;
  NotedValues values_;
};

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
    // A label with an empty value is no label.
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

Parsed<NotedValues> parse_values(std::string_view text) { return ValueReader(text).read(); }

}  // namespace hotspot::rules
