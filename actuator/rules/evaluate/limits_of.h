// The limits that an expression holds a metric against: where a picture of the metric draws a line.
//
// PURE. What is found points into the expression, which must outlive it.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// `domain_cpu_ratio{domain="web"} > 90%`: metric OP value, whichever side it was written on.
struct Limit {
  std::string_view metric;             // "domain_cpu_ratio"
  BinaryOp comparison{};               // kEqual … kGreaterEqual
  double value = 0;                    // in the metric's base unit: 0.9
  const Selector* selector = nullptr;  // whose matchers say of which domain or node it is a limit
};

// In the order of the text: the comparisons with a number at the top of the expression, on both sides of each `and` and
// `or`, on the left of `unless`, and one upon the other (`x > 1 < 5`). The metric may stand there as it is, as its
// mean, minimum, maximum, last value or quantile over time, and with numbers: `100 * x > 90` and `1 - x < 10%` are
// limits of x. What is compared otherwise (a sum, a rate, a forecast, another metric, with `bool`) is no limit of one
// metric and adds nothing.
std::vector<Limit> limits_of(const Expression& expression);

struct LimitSubject {
  std::string_view domain;  // empty: a node
  std::string_view node;    // empty: not known, and then nothing is left out for it
};
// Is it a limit of this domain or node, by the names in its selector?
bool is_limit_for(const Limit& limit, const LimitSubject& subject);

}  // namespace hotspot::rules
