// The tree of a regular expression. Private to the regular expressions: others use regex.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/regex.h"

namespace hotspot::rules {

struct RegexPiece {
  enum class Kind { kEmpty, kSet, kAssert, kSequence, kAlternation, kRepeat, kGroup } kind = Kind::kEmpty;
  CharacterSet set;
  RegexInstruction::Kind assertion = RegexInstruction::Kind::kBegin;
  std::vector<RegexPiece> children;
  int min = 0;
  std::optional<int> max;
  bool lazy = false;      // kRepeat: as few as possible
  int group = 0;          // kGroup: from 1 on
  std::string name = "";  // kGroup: "" for none
};

Result<RegexPiece, Regex::Problem> parse_pattern(std::string_view pattern);

}  // namespace hotspot::rules
