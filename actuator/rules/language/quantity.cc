#include "actuator/rules/language/quantity.h"

#include <algorithm>

#include "actuator/rules/language/characters.h"
#include "common/text/duration.h"
#include "common/text/quantity.h"

namespace hotspot::rules {
namespace {

constexpr int kMaxSamples = 1000;
constexpr std::string_view kDigits = "0123456789";

bool is_only_digits(std::string_view text) { return text.find_first_not_of(kDigits) == std::string_view::npos; }

template <typename T>
Parsed<T> as_complaint(text::Parsed<T> parsed) {
  if (parsed) return std::move(parsed).value();
  const text::QuantityProblem& problem = parsed.error();
  return TextProblem{problem.offset, problem.message, problem.suggestion};
}

}  // namespace

Parsed<Milliseconds> parse_duration(std::string_view text) { return as_complaint(text::parse_duration(text)); }
Parsed<std::int64_t> parse_bytes(std::string_view text) { return as_complaint(text::parse_bytes(text)); }
Parsed<double> parse_ratio(std::string_view text) { return as_complaint(text::parse_ratio(text)); }
Parsed<int> parse_whole_number(std::string_view text) { return as_complaint(text::parse_whole_number(text)); }

Parsed<ForClause> parse_for(std::string_view text) {
  const std::size_t k_end = std::min(text.find_first_not_of(kDigits), text.size());
  const std::size_t word = std::min(text.find_first_not_of(" \t", k_end), text.size());
  const bool slash = k_end > 0 && text.substr(word, 1) == "/";
  const bool of = k_end > 0 && text.substr(word, 2) == "of";
  if (!slash && !of) {
    const Parsed<Milliseconds> time = parse_duration(text);
    if (time) return ForClause(ForTime{time.value()});
    TextProblem problem = time.error();
    if (!text.empty() && !is_digit(text[0]) && text[0] != '-') {
      problem.message = quoted(text) + " is neither a time such as 30s nor a number of samples such as 3 of 5";
    }
    return problem;
  }
  const std::size_t n_at = std::min(text.find_first_not_of(" \t", word + (of ? 2 : 1)), text.size());
  const std::string_view n_text = text.substr(n_at);
  const Parsed<int> k = parse_whole_number(text.substr(0, k_end));
  const Parsed<int> n = parse_whole_number(n_text);
  if (!k || !n || !is_only_digits(n_text)) {
    return TextProblem{n_at, quoted(text) + " is not a number of samples such as 3 of 5", ""};
  }
  const std::string swapped = std::to_string(n.value()) + " of " + std::to_string(k.value());
  if (slash)
    return TextProblem{
        word, "samples are counted with 'of'",
        k.value() <= n.value() ? std::to_string(k.value()) + " of " + std::to_string(n.value()) : swapped};
  if (k.value() < 1) return TextProblem{0, "at least 1 sample must hold", ""};
  if (k.value() > n.value()) {
    return TextProblem{0, quoted(text) + " can never hold: more samples have to hold than there are",
                       n.value() > 0 ? swapped : ""};
  }
  if (n.value() > kMaxSamples) return TextProblem{n_at, "at most 1000 samples are remembered", ""};
  return ForClause(ForSamples{k.value(), n.value()});
}

}  // namespace hotspot::rules
