#include "common/pattern/pattern_problem.h"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/text/ascii.h"

namespace hotspot::pattern {
namespace {

using Problem = Pattern::Problem;

constexpr const char* kTooMany = "more than 1000 repetitions, or of what repeats itself";
constexpr std::size_t kMaxDepth = 1000;  // as Go's regexp

bool is_name_character(char c) { return text::is_letter_or_digit(c) || c == '_'; }

std::string bad_name(std::string_view name) {
  return "'" + std::string(name) + "' is no name of a group; letters, digits and _ make one";
}

// Walks over a pattern, only as closely as is needed to find its parentheses.
class Scan {
 public:
  explicit Scan(std::string_view pattern) : pattern_(pattern) {}

  std::optional<Problem> run() {
    while (at_ < pattern_.size() && !problem_) step();
    if (!problem_ && !open_.empty()) fail(open_.back(), "a '(' without its ')'");
    return problem_;
  }

 private:
  void fail(std::size_t at, std::string message) {
    if (!problem_) problem_ = Problem{at, std::move(message)};
  }

  void step() {
    const char c = pattern_[at_];
    if (c == '\\') return escape();
    if (c == '[') return bracket();
    if (c == '{') count();
    if (c == '(') {
      open_.push_back(at_);
      name();
      if (open_.size() > kMaxDepth) fail(at_, "parentheses nested too deep");
    } else if (c == ')') {
      if (open_.empty()) return fail(at_, "a ')' without its '('");
      open_.pop_back();
    }
    ++at_;
  }

  // "{n}", "{n,}" and "{n,m}". If a number is far too large, RE2 does not treat this as a repetition at all.
  void count() {
    const std::size_t end = pattern_.find_first_not_of("0123456789,", at_ + 1);
    if (end == std::string_view::npos || pattern_[end] != '}') return;
    const std::string_view inside = pattern_.substr(at_ + 1, end - at_ - 1);
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const bool is_repetition = comma > 0 && inside.find(',', comma + 1) == std::string_view::npos;
    if (is_repetition && std::max(comma, inside.size() - comma) > 8) fail(at_, kTooMany);
  }

  // "(?P<name>": RE2 accepts letters of all scripts.
  void name() {
    if (pattern_.substr(at_, 4) != "(?P<") return;
    const std::size_t end = pattern_.find('>', at_);
    if (end == std::string_view::npos) return;
    const std::string_view name = pattern_.substr(at_ + 4, end - at_ - 4);
    if (!std::all_of(name.begin(), name.end(), is_name_character)) fail(at_ + 4, bad_name(name));
  }

  void escape() {
    if (at_ + 1 == pattern_.size()) return fail(at_, "a '\\' at the end stands for nothing");
    const char c = pattern_[at_ + 1];
    if (c == 'C') return fail(at_, "unknown escape '\\C'");
    if (c == 'Q') {
      const std::size_t end = pattern_.find("\\E", at_ + 2);
      if (end == std::string_view::npos) return fail(at_, "a '\\Q' without its '\\E'");
      at_ = end + 2;
      return;
    }
    at_ += 2;
  }

  void bracket() {
    const std::size_t open = at_++;
    if (at_ < pattern_.size() && pattern_[at_] == '^') ++at_;
    for (bool first = true; at_ < pattern_.size() && (first || pattern_[at_] != ']'); first = false) {
      const std::size_t named = pattern_.substr(at_, 2) == "[:" ? pattern_.find(":]", at_ + 2) : std::string_view::npos;
      if (named != std::string_view::npos)
        at_ = named + 2;
      else
        at_ += pattern_[at_] == '\\' && at_ + 1 < pattern_.size() ? 2 : 1;
    }
    if (at_ >= pattern_.size()) return fail(open, "a '[' without its ']'");
    ++at_;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::optional<Problem> problem_;
};

std::string bad_size(const std::string& what) {
  const std::size_t comma = what.find(',');
  const auto number = [](const std::string& text) {
    return text.size() > 6 || text.empty() || text.find_first_not_of("0123456789") != std::string::npos
               ? std::size_t{0}
               : static_cast<std::size_t>(std::stoul(text));
  };
  if (comma != std::string::npos && what.size() > comma + 2) {
    const std::size_t most = number(what.substr(comma + 1, what.size() - comma - 2));
    if (most > 0 && most < number(what.substr(1, comma - 1))) return "the repetition ends below where it begins";
  }
  return kTooMany;
}

std::string bad_group(const std::string& what) {
  if (what.starts_with("(?=") || what.starts_with("(?!"))
    return "looking ahead, '(?=' and '(?!', is not in RE2's syntax";
  if (what.starts_with("(?<=") || what.starts_with("(?<!"))
    return "looking behind, '(?<=' and '(?<!', is not in RE2's syntax";
  if (what.starts_with("(?<")) return "a group with a name is written '(?P<name>...)'";
  if (what.starts_with("(?>") || what.starts_with("(?#")) return "'" + what + "' is not in RE2's syntax";
  return "unknown flag in '" + what + "'; the flags are i, m, s and U";
}

std::string message_of(re2::RE2::ErrorCode code, const std::string& what) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "unknown escape '" + what + "'";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange:
      return what.find("[:") != std::string::npos || what.starts_with("\\")
                 ? "unknown class of characters '" + what + "'"
                 : "the range '" + what + "' ends below where it begins, or has no end";
    case re2::RE2::ErrorMissingBracket:
      return "a '[' without its ']'";
    case re2::RE2::ErrorMissingParen:
      return "a '(' without its ')'";
    case re2::RE2::ErrorUnexpectedParen:
      return "a ')' without its '('";
    case re2::RE2::ErrorTrailingBackslash:
      return "a '\\' at the end stands for nothing";
    case re2::RE2::ErrorRepeatArgument:
      return "nothing before the '" + what + "' to repeat";
    case re2::RE2::ErrorRepeatSize:
      return bad_size(what);
    case re2::RE2::ErrorRepeatOp:
      return "a repetition of a repetition; put the inner one in parentheses";
    case re2::RE2::ErrorBadPerlOp:
      return bad_group(what);
    case re2::RE2::ErrorBadUTF8:
      return "the regular expression is not UTF-8";
    case re2::RE2::ErrorBadNamedCapture:
      return bad_name(what);
    case re2::RE2::ErrorPatternTooLarge:
      return "the regular expression repeats too much";
    default:
      return "the regular expression cannot be read";
  }
}

}  // namespace

std::optional<Problem> find_foreign(std::string_view pattern) { return Scan(pattern).run(); }

Problem explain(std::string_view pattern, const re2::RE2& refused) {
  const std::string& what = refused.error_arg();
  std::size_t offset = 0;
  const bool has_place = refused.error_code() != re2::RE2::ErrorPatternTooLarge && !what.empty();
  if (has_place) offset = pattern.find(what);
  if (offset == std::string_view::npos) offset = 0;
  // In "a**", the second operator is the one too many.
  if (refused.error_code() == re2::RE2::ErrorRepeatOp && what.size() > 1 && what.front() != '{') ++offset;
  return {offset, message_of(refused.error_code(), what)};
}

}  // namespace hotspot::pattern
