#include "actuator/rules/testing/sequence_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/lexer.h"
#include "actuator/rules/store/store.h"
#include "common/text/nearest.h"

namespace hotspot::rules {
namespace {

class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : text_(text) {}

  Parsed<SequenceValues> read() {
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      item_ = at_;
      if (const auto problem = read_item()) return *problem;
      if (at_ < text_.size() && !is_blank(text_[at_])) return behind_item();
    }
    return std::move(values_);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::optional<TextProblem> add(SequenceRun run) {
    values_.push_back(run);
    return std::nullopt;
  }

  std::optional<TextProblem> read_item() {
    if (here() == '_') {
      ++at_;
      return here() == 'x' ? repeat({}, 0) : add({});
    }
    if (here() == '{')
      return TextProblem{at_, "native histograms are not supported: Hotspot's samples are numbers", ""};
    const auto first = stale_or_number();
    if (!first) return not_a_value();
    if (here() == 'x') return repeat({*first, std::nullopt}, 1);
    if (here() != '+' && here() != '-') return add({*first, std::nullopt});
    return read_step(*first);
  }

  std::optional<TextProblem> read_step(double first) {
    const std::size_t sign = at_;
    const auto step = number(true);
    if (!step) {
      if (is_letter(at_char(sign + 1)) && at_char(sign + 1) != 'x') return sticks_to_a_word(sign + 1);
      return TextProblem{sign, "a number is missing after this sign; 0+10x5 is 0 10 20 30 40 50", ""};
    }
    if (here() == 'x') return repeat({first, *step}, 1);
    const std::string written(text_.substr(item_, at_ - item_));
    return TextProblem{at_, "how often is missing; " + written + "x5 adds five times", written + "x5"};
  }

  // "xN": N more values after the `given` ones.
  std::optional<TextProblem> repeat(SequenceRun run, std::uint64_t given) {
    const std::size_t digits = ++at_;
    while (is_digit(here())) ++at_;
    const auto [end, error] = std::from_chars(text_.data() + digits, text_.data() + at_, run.count);
    if (at_ == digits) return TextProblem{digits, "the number of repetitions is missing after the x", ""};
    if (error != std::errc() || run.count == std::numeric_limits<std::uint64_t>::max()) {
      return TextProblem{digits, "this is too often: it has to be less than 18446744073709551615", ""};
    }
    run.count += given;
    return add(run);
  }

  // A marker is repeated with a step: a word extends to its end, so 'stalex3' is invalid.
  std::optional<double> stale_or_number() {
    if (whole_word(at_) != "stale") return number(here() == '+' || here() == '-');
    at_ += 5;
    return stale_marker();
  }

  // As Prometheus' lexer reads numbers in series descriptions: decimal, or octal with a leading 0; Inf, NaN in any
  // case.
  std::optional<double> number(bool is_signed) {
    const std::size_t begin = at_;
    double sign = 1;
    if (is_signed) sign = text_[at_++] == '-' ? -1 : 1;
    if (is_letter(here())) {
      const std::string word = lower_case(whole_word(at_));
      if (word != "inf" && word != "nan") return at_ = begin, std::nullopt;
      at_ += 3;
      return word == "inf" ? sign * std::numeric_limits<double>::infinity() : std::nan("");
    }
    const std::size_t digits = at_;
    const bool begins = is_digit(here()) || (here() == '.' && is_digit(at_char(at_ + 1)));
    skip_digits();
    if (here() == '.') ++at_, skip_digits();
    if (here() == 'e' || here() == 'E') {
      ++at_;
      if (here() == '+' || here() == '-') ++at_;
      skip_digits();
    }
    const auto value = begins ? go_number(std::string(text_.substr(digits, at_ - digits))) : std::nullopt;
    if (!value) return at_ = begin, std::nullopt;
    return sign * *value;
  }

  void skip_digits() {
    while (is_digit(here())) ++at_;
  }
  char at_char(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  // Letters, digits, _ and : from there on.
  std::string_view whole_word(std::size_t begin) const {
    std::size_t end = begin;
    while (is_letter(at_char(end)) || is_digit(at_char(end)) || at_char(end) == '_' || at_char(end) == ':') ++end;
    return text_.substr(begin, end - begin);
  }
  std::string_view item() const {
    const std::size_t end = text_.find_first_of(" \t\r\n", item_);
    return text_.substr(item_, end == std::string_view::npos ? end : end - item_);
  }

  // 'stalex3', 'NaNx3', '1+Infx3'.
  TextProblem sticks_to_a_word(std::size_t begin) const {
    const std::string_view word = whole_word(begin);
    const std::size_t times = word.rfind('x');
    const std::string known = lower_case(word.substr(0, times));
    if (times == std::string_view::npos || (known != "stale" && known != "inf" && known != "nan")) {
      return {begin, quoted(word) + " is not a number", ""};
    }
    const std::string what(word.substr(0, times));
    return {begin + times, "'x' cannot stand behind a word: " + quoted(word) + " is read as one word",
            begin != item_     ? ""
            : known == "stale" ? what + " _" + std::string(word.substr(times))
                               : what + "+0x" + std::string(word.substr(times + 1))};
  }

  TextProblem not_a_value() const {
    const std::size_t begin = item_ + (here() == '+' || here() == '-' ? 1 : 0);
    for (const std::string_view known : {"stalex", "infx", "nanx"}) {
      if (lower_case(whole_word(begin)).starts_with(known)) return sticks_to_a_word(begin);
    }
    const std::string lower = lower_case(item());
    const std::string nearest_word = text::nearest(lower, {"stale", "_", "NaN", "Inf"});
    return {item_, quoted(item()) + " is not a value; write numbers, 0+10x100, _ for a missing one, or stale",
            nearest_word == "stale" || lower == "null" || lower == "none" || lower == "missing"
                ? (nearest_word == "stale" ? "stale" : "_")
                : ""};
  }

  TextProblem behind_item() const {
    if (text_[at_] == ',') return {at_, "values stand with blanks between them, not commas", ""};
    return {at_, "this does not belong to a value: " + quoted(item()), ""};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t item_ = 0;
  SequenceValues values_;
};

}  // namespace

std::uint64_t values_within(const SequenceValues& values, std::uint64_t places) {
  std::uint64_t count = 0;
  for (const SequenceRun& run : values) {
    const std::uint64_t within = std::min(run.count, places);
    if (run.first) count += within;
    places -= within;
  }
  return count;
}

SequenceCursor::SequenceCursor(const SequenceValues& values) : values_(&values) { enter(); }

// At the start of a run; runs of missing values are skipped as a whole.
void SequenceCursor::enter() {
  for (; run_ < values_->size(); ++run_) {
    const SequenceRun& run = (*values_)[run_];
    if (run.first && run.count > 0) {
      in_run_ = 0;
      value_ = *run.first;
      return;
    }
    const std::uint64_t left = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - place_);
    place_ += static_cast<std::int64_t>(std::min(run.count, left));
  }
}

std::optional<std::int64_t> SequenceCursor::place() const {
  if (run_ >= values_->size() || place_ == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return place_;
}

double SequenceCursor::take() {
  const double taken = value_;
  const SequenceRun& run = (*values_)[run_];
  ++place_;
  if (++in_run_ < run.count) {
    // This turns a stale marker into a plain NaN, as in Prometheus.
    if (run.step) value_ += *run.step;
  } else {
    ++run_;
    enter();
  }
  return taken;
}

Parsed<SequenceValues> parse_values(std::string_view text) { return ValueReader(text).read(); }

}  // namespace hotspot::rules
