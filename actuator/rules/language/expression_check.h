// Checks expressions: series, labels, types, and what was probably not meant.
//
// PURE. Thread rule: any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/model/series.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/wording.h"

namespace hotspot::rules {

// What is known about an expression without data.
struct ExpressionFacts {
  ValueType type = ValueType::kScalar;
  LabelNames labels;           // labels that each value has
  LabelNames possible_labels;  // labels that a value may have
  bool filters = false;        // it can drop values, so that it can hold or not
  bool has_series = false;
};

// Which series there are.
struct KnownSeries {
  bool any_name = false;  // every name is a series with any labels: unit tests in promtool's format
  // Recorded by the rules of the set, with what is known about each.
  std::map<std::string, ExpressionFacts, std::less<>> recorded;
  LabelNames labels;  // that values of those may have
};

// Completes the tree: series, labels, regular expressions, types. Appends all problems, including warnings.
ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems,
                                 const KnownSeries& known = {});
// The same, if only the facts are needed.
ExpressionFacts facts_of_expression(Expression& expression, const KnownSeries& known);

}  // namespace hotspot::rules
