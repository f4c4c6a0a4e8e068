// Finds what can be drawn of a rule over time: its value whether or not the condition holds, and the limits of the
// value.
//
// PURE. `domain_cpu_ratio > 90% and node_cpu_ratio > 50%` has the value of its left side and the limit 90 %. A limit is
// a number at the top of the expression, also within `and`, `unless` and chains such as `x > 1 < 5`, and in `or` if
// both sides are about the same value. `until` gives a limit if it is about the same value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

struct ValueLimit {
  std::string comparison;  // ">": how the value compares with it when the rule holds
  double value = 0;
  bool until = false;  // from `until`
  bool operator==(const ValueLimit&) const = default;
};

enum class LimitKind {
  kNumber,   // all limits of the value are numbers
  kSeries,   // it is compared with a series
  kSeveral,  // `or`: either of several values
  kNone      // it is compared with nothing
};

struct Drawable {
  std::shared_ptr<const Expression> value;  // a part of the rule's expression
  std::string text;                         // of that part
  std::vector<ValueLimit> limits;           // in the order of the text
  LimitKind kind = LimitKind::kNone;
  bool only_while_it_holds = false;  // the value exists only while the condition, or a part of it, holds
};

Drawable drawable(const Rule& rule);

}  // namespace hotspot::rules
