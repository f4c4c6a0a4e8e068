// From a pattern to its tree. Grammar: alternation > sequence > repetition > atom.
#include <array>
#include <charconv>
#include <optional>

#include "actuator/rules/regex_pattern.h"

namespace hotspot::rules {
namespace {

using Kind = RegexInstruction::Kind;
using Problem = Regex::Problem;

constexpr std::size_t kMaxPattern = 1000;
constexpr int kMaxGroupDepth = 100;
constexpr int kMaxRepeat = 1000;  // as RE2

using Piece = RegexPiece;

Piece set_piece(CharacterSet set) {
  Piece piece;
  piece.kind = Piece::Kind::kSet;
  piece.set = std::move(set);
  return piece;
}

// d, w, s and their opposites D, W, S.
std::optional<CharacterSet> perl_class(char c) {
  CharacterSet set;
  switch (c) {
    case 'd':
    case 'D':
      set.add('0', '9');
      break;
    case 'w':
    case 'W':
      set.add('0', '9'), set.add('a', 'z'), set.add('A', 'Z'), set.add('_', '_');
      break;
    case 's':
    case 'S':
      set.add('\t', '\n'), set.add('\f', '\r'), set.add(' ', ' ');
      break;
    default:
      return std::nullopt;
  }
  if (c >= 'A' && c <= 'Z') set.negate();
  return set;
}

struct NamedClass {
  std::string_view name;
  std::array<std::pair<char, char>, 4> ranges;
};
constexpr std::array<NamedClass, 9> kNamedClasses{{{"alpha", {{{'a', 'z'}, {'A', 'Z'}, {'a', 'a'}, {'a', 'a'}}}},
                                                   {"digit", {{{'0', '9'}, {'0', '0'}, {'0', '0'}, {'0', '0'}}}},
                                                   {"alnum", {{{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'0', '0'}}}},
                                                   {"upper", {{{'A', 'Z'}, {'A', 'A'}, {'A', 'A'}, {'A', 'A'}}}},
                                                   {"lower", {{{'a', 'z'}, {'a', 'a'}, {'a', 'a'}, {'a', 'a'}}}},
                                                   {"space", {{{'\t', '\r'}, {' ', ' '}, {' ', ' '}, {' ', ' '}}}},
                                                   {"xdigit", {{{'a', 'f'}, {'A', 'F'}, {'0', '9'}, {'0', '0'}}}},
                                                   {"word", {{{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}}}},
                                                   {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}}}};

class PatternParser {
 public:
  explicit PatternParser(std::string_view pattern) : pattern_(pattern) {}

  Result<Piece, Problem> parse() {
    if (pattern_.size() > kMaxPattern) return Problem{0, "the regular expression is longer than 1000 bytes"};
    Piece piece = alternation(0);
    if (!problem_ && at_ < pattern_.size()) fail(at_, "a ')' without its '('");
    if (problem_) return *problem_;
    return piece;
  }

 private:
  bool more() const { return !problem_ && at_ < pattern_.size(); }
  char peek() const { return pattern_[at_]; }
  bool take(std::string_view text) {
    if (!more() || !pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void fail(std::size_t at, std::string message) {
    if (!problem_) problem_ = Problem{at, std::move(message)};
  }

  Piece alternation(int depth) {
    if (depth > kMaxGroupDepth) fail(at_, "parentheses nested too deep");
    Piece all;
    all.kind = Piece::Kind::kAlternation;
    do {
      all.children.push_back(sequence(depth));
    } while (take("|"));
    return all;
  }

  Piece sequence(int depth) {
    Piece all;
    all.kind = Piece::Kind::kSequence;
    while (more() && peek() != '|' && peek() != ')') all.children.push_back(repetition(depth));
    return all;
  }

  struct Repeat {
    int min;
    std::optional<int> max;
  };

  std::optional<Repeat> repeat() {
    if (take("*")) return Repeat{0, std::nullopt};
    if (take("+")) return Repeat{1, std::nullopt};
    if (take("?")) return Repeat{0, 1};
    return counted_repeat();
  }

  // {n}, {n,} or {n,m}; anything else with a brace is the brace itself, as in RE2.
  std::optional<Repeat> counted_repeat() {
    if (!more() || peek() != '{') return std::nullopt;
    std::size_t at = at_ + 1;
    const auto number = [&]() -> std::optional<int> {
      int value = 0;
      const auto [end, error] = std::from_chars(pattern_.data() + at, pattern_.data() + pattern_.size(), value);
      if (error == std::errc::invalid_argument || pattern_[at] == '-') return std::nullopt;
      at = static_cast<std::size_t>(end - pattern_.data());
      return error == std::errc() ? value : kMaxRepeat + 1;
    };
    if (at >= pattern_.size()) return std::nullopt;
    const auto min = number();
    if (!min) return std::nullopt;
    std::optional<int> max = min;
    if (pattern_.substr(at, 1) == ",") {
      ++at;
      max = at < pattern_.size() && pattern_[at] != '}' ? number() : std::nullopt;
      if (!max && pattern_.substr(at, 1) != "}") return std::nullopt;
    }
    if (pattern_.substr(at, 1) != "}") return std::nullopt;
    if (*min > kMaxRepeat || max.value_or(0) > kMaxRepeat) fail(at_, "more than 1000 repetitions");
    if (max && *max < *min) fail(at_, "the repetition ends below where it begins");
    at_ = at + 1;
    return Repeat{*min, max};
  }

  Piece repetition(int depth) {
    const std::size_t begin = at_;
    Piece piece = atom(depth);
    for (bool repeated = false; more(); repeated = true) {
      const std::size_t sign = at_;
      const auto times = repeat();
      if (!times) break;
      if (repeated) fail(sign, "a repetition of a repetition; put the inner one in parentheses");
      Piece outer;
      outer.lazy = take("?");
      outer.kind = Piece::Kind::kRepeat;
      outer.min = times->min;
      outer.max = times->max;
      outer.children.push_back(std::move(piece));
      piece = std::move(outer);
    }
    if (at_ == begin) fail(at_, "nothing can be read here");
    return piece;
  }

  Piece atom(int depth) {
    if (peek() == '*' || peek() == '+' || peek() == '?')
      fail(at_, std::string("nothing before the '") + peek() + "' to repeat");
    if (take("(")) return group(depth);
    if (take("[")) return set_piece(bracket());
    if (take("^")) return assertion(Kind::kBegin);
    if (take("$")) return assertion(Kind::kEnd);
    if (take(".")) {
      CharacterSet all;
      if (!dot_matches_newline_) all.add('\n', '\n');
      all.negate();
      return set_piece(std::move(all));
    }
    if (peek() == '\\') return escape();
    return literal(next_code_point(pattern_, at_));
  }

  Piece literal(char32_t c) const {
    CharacterSet set;
    set.add(c, c);
    if (ignore_case_) set.fold_case();
    return set_piece(std::move(set));
  }

  static Piece assertion(Kind kind) {
    Piece piece;
    piece.kind = Piece::Kind::kAssert;
    piece.assertion = kind;
    return piece;
  }

  Piece group(int depth) {
    const std::size_t open = at_ - 1;
    const bool case_before = ignore_case_;
    const bool dot_before = dot_matches_newline_;
    Piece made;
    made.kind = Piece::Kind::kGroup;
    const bool special = take("?");
    if (special && !group_kind(open, made)) return {};  // only flags, which hold from here on
    const bool captures = !special || !made.name.empty();
    if (captures) made.group = ++groups_;
    Piece inside = alternation(depth + 1);
    if (!take(")")) fail(open, "a '(' without its ')'");
    ignore_case_ = case_before;
    dot_matches_newline_ = dot_before;
    if (!captures) return inside;
    made.children.push_back(std::move(inside));
    return made;
  }

  // After "(?": a name, or flags. False: flags alone, the group is closed.
  bool group_kind(std::size_t open, Piece& made) {
    if (take("P<") || take("<")) {
      while (more() && peek() != '>') made.name += pattern_[at_++];
      if (made.name.empty()) fail(open, "the group has no name");
      if (!take(">")) fail(open, "the name of the group is not closed");
      return true;
    }
    bool on = true;
    while (more()) {
      const char flag = pattern_[at_++];
      if (flag == ':') return true;
      if (flag == ')') return false;
      if (flag == '-')
        on = false;
      else if (flag == 'i')
        ignore_case_ = on;
      else if (flag == 's')
        dot_matches_newline_ = on;
      else if (flag != 'm' && flag != 'U')
        fail(at_ - 1, std::string("unknown flag '") + flag + "'");
    }
    fail(open, "a '(' without its ')'");
    return true;
  }

  Piece escape() {
    const std::size_t begin = at_;
    if (at_ + 1 >= pattern_.size()) {
      fail(begin, "a '\\' at the end stands for nothing");
      return {};
    }
    const char c = pattern_[at_ + 1];
    if (const auto set = perl_class(c)) return at_ += 2, set_piece(*set);
    if (c == 'A') return at_ += 2, assertion(Kind::kBegin);
    if (c == 'z') return at_ += 2, assertion(Kind::kEnd);
    if (c == 'b') return at_ += 2, assertion(Kind::kWordBoundary);
    if (c == 'B') return at_ += 2, assertion(Kind::kNotWordBoundary);
    if (c == 'Q') return at_ += 2, quotation();
    return literal(escaped_character());
  }

  // \Q…\E: every character stands for itself.
  Piece quotation() {
    Piece all;
    all.kind = Piece::Kind::kSequence;
    while (more() && !take("\\E")) all.children.push_back(literal(next_code_point(pattern_, at_)));
    return all;
  }

  char32_t escaped_character() {
    const std::size_t begin = at_;
    at_ += 2;
    const char c = pattern_[begin + 1];
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      case 'v':
        return '\v';
      case 'a':
        return '\a';
      case 'x':
        return hexadecimal(begin);
      default:
        break;
    }
    const bool letter_or_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (static_cast<unsigned char>(c) >= 0x80 || letter_or_digit) {
      fail(begin, std::string("unknown escape '\\") + (letter_or_digit ? c : '?') + "'");
    }
    return static_cast<unsigned char>(c);
  }

  char32_t hexadecimal(std::size_t begin) {
    const bool braces = take("{");
    const std::size_t end = braces ? pattern_.find('}', at_) : at_ + 2;
    std::uint32_t value = 0;
    const bool inside = end != std::string_view::npos && end <= pattern_.size() && end > at_;
    const auto parsed = inside ? std::from_chars(pattern_.data() + at_, pattern_.data() + end, value, 16)
                               : std::from_chars_result{nullptr, std::errc::invalid_argument};
    if (parsed.ec != std::errc() || parsed.ptr != pattern_.data() + end || value > 0x10ffff) {
      fail(begin, "'\\x' needs two hexadecimal digits, or more in braces");
      return 0;
    }
    at_ = end + (braces ? 1 : 0);
    return value;
  }

  CharacterSet bracket() {
    const std::size_t open = at_ - 1;
    CharacterSet set;
    const bool negated = take("^");
    for (bool first = true; more() && (first || peek() != ']'); first = false) bracket_item(set);
    if (!take("]")) fail(open, "a '[' without its ']'");
    if (ignore_case_) set.fold_case();
    if (negated) set.negate();
    return set;
  }

  void bracket_item(CharacterSet& set) {
    if (take("[:")) return named_class(set);
    if (peek() == '\\' && at_ + 1 < pattern_.size()) {
      if (const auto inside = perl_class(pattern_[at_ + 1])) {
        at_ += 2;
        set.ascii |= inside->ascii;
        if (inside->negated) set.ranges.emplace_back(128, 0x10ffff);
        return;
      }
    }
    const std::size_t begin = at_;
    const char32_t first = bracket_character();
    if (at_ + 1 >= pattern_.size() || peek() != '-' || pattern_[at_ + 1] == ']') return set.add(first, first);
    ++at_;
    const char32_t last = bracket_character();
    if (last < first) fail(begin, "the range ends below where it begins");
    set.add(first, last);
  }

  char32_t bracket_character() {
    if (!more()) return 0;
    if (peek() != '\\') return next_code_point(pattern_, at_);
    if (at_ + 1 < pattern_.size()) return escaped_character();
    fail(at_, "a '\\' at the end stands for nothing");
    return 0;
  }

  void named_class(CharacterSet& set) {
    const std::size_t begin = at_ - 2;
    const bool negated = take("^");
    for (const NamedClass& known : kNamedClasses) {
      if (!take(std::string(known.name) + ":]")) continue;
      CharacterSet inside;
      for (const auto& [first, last] : known.ranges) {
        inside.add(static_cast<unsigned char>(first), static_cast<unsigned char>(last));
      }
      if (negated) inside.negate();
      set.ascii |= inside.ascii;
      if (negated) set.ranges.emplace_back(128, 0x10ffff);
      return;
    }
    fail(begin, "unknown class of characters");
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  int groups_ = 0;
  bool ignore_case_ = false;
  bool dot_matches_newline_ = false;
  std::optional<Problem> problem_;
};

}  // namespace

Result<RegexPiece, Regex::Problem> parse_pattern(std::string_view pattern) { return PatternParser(pattern).parse(); }

}  // namespace hotspot::rules
