// Finds the numbers that an expression compares a metric with: where a graph of the metric draws a line.
//
// PURE. The results point into the expression, which must outlive them.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// `domain_cpu_ratio{domain="web"} > 90%`: metric OP value, on whichever side it was written.
struct Limit {
  std::string_view metric;             // "domain_cpu_ratio"
  BinaryOp comparison{};               // kEqual … kGreaterEqual
  double value = 0;                    // in the metric's base unit: 0.9
  const Selector* selector = nullptr;  // its matchers say which domain or node the limit is for
};

// In the order of the text: comparisons with a number at the top of the expression, on both sides of each `and` and
// `or`, on the left of `unless`, and chained ones (`x > 1 < 5`). The metric may be used as it is, as its mean, minimum,
// maximum, last value or quantile over time, and with arithmetic: `100 * x > 90` and `1 - x < 10%` are limits of x.
// Other comparisons (with a sum, a rate, a forecast, another metric, or `bool`) are no limits of one metric and are
// skipped.
std::vector<Limit> limits_of(const Expression& expression);

struct LimitSubject {
  std::string_view domain;  // empty: a node
  std::string_view node;    // empty: not known, so nothing is excluded by it
};
// Does the limit apply to this domain or node, by the names in its selector?
bool is_limit_for(const Limit& limit, const LimitSubject& subject);

}  // namespace hotspot::rules
