// The check of an expression: which series and labels there are, types, and what is probably not meant.
//
// PURE. Any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/model/series.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/wording.h"

namespace hotspot::rules {

// What is known of an expression without data.
struct ExpressionFacts {
  ValueType type = ValueType::kScalar;
  LabelNames labels;           // those that each value has
  LabelNames possible_labels;  // those that some value may have
  bool filters = false;        // it can leave values out: it can hold or not
  bool has_series = false;
};

// Which series there are.
struct KnownSeries {
  bool any_name = false;  // every name is a series, with any labels: unit tests in promtool's format
  // Recorded by the rules of the set: what is known of each.
  std::map<std::string, ExpressionFacts, std::less<>> recorded;
  LabelNames labels;  // that some value of those may have
};

// Completes the tree: series, labels, regular expressions, types. Appends all problems, warnings too.
ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems,
                                 const KnownSeries& known = {});
// The same, of an expression of which only the facts are wanted.
ExpressionFacts facts_of_expression(Expression& expression, const KnownSeries& known);

}  // namespace hotspot::rules
