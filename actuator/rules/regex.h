// Regular expressions of label matchers: RE2's syntax, as Prometheus has it, matched in linear time.
//
// std::regex backtracks: on a bad pattern it needs exponential time or the whole stack, and rule files are written by
// people in a hurry. This one runs all alternatives side by side (Thompson), so time is pattern × text. Not there:
// Unicode classes (\pL); case is folded for ASCII only.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/result.h"

namespace hotspot::rules {

// A set of code points. Below 128 a bitmap answers.
struct CharacterSet {
  std::bitset<128> ascii;
  std::vector<std::pair<char32_t, char32_t>> ranges;  // from 128 on, both ends included
  bool negated = false;                               // of `ranges`; in `ascii` it is worked in
  bool contains(char32_t c) const;
  void add(char32_t first, char32_t last);
  void fold_case();
  void negate();
};

struct RegexInstruction {
  enum class Kind : std::uint8_t { kSet, kSplit, kBegin, kEnd, kWordBoundary, kNotWordBoundary, kSave, kMatch };
  Kind kind = Kind::kMatch;
  std::uint32_t next = 0;
  std::uint32_t other = 0;  // kSplit: the second way; kSet: index of the set; kSave: number of the slot
};

class Regex {
 public:
  struct Problem {
    std::size_t offset = 0;  // byte in the pattern
    std::string message;
  };
  static Result<Regex, Problem> compile(std::string_view pattern);

  // Does the whole text match?
  bool matches(std::string_view text) const;
  // If the whole text matches: the text itself, and what each group took, "" where it took nothing. Of several ways the
  // one that Perl and RE2 would take.
  std::optional<std::vector<std::string_view>> captures(std::string_view text) const;
  // Names of the groups, from 1 on; "" for those without one.
  const std::vector<std::string>& group_names() const { return group_names_; }

 private:
  friend class RegexCompiler;
  std::vector<RegexInstruction> program_;
  std::vector<CharacterSet> sets_;
  std::uint32_t start_ = 0;
  std::vector<std::string> group_names_;
};

// Reads one code point and moves `at` behind it; a byte that is not UTF-8 counts as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& at);

}  // namespace hotspot::rules
