// Computes the value of every part of an expression, and what each says about one node or domain.
//
// PURE.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// Values of other subjects are left out; a value without such a label applies to all. Empty: everything.
struct SubjectFilter {
  std::string node, domain;
  bool matches(const LabelSet& labels) const;
};

enum class Verdict {
  kValue,    // not a comparison: it has values, or is a number
  kHolds,    // a comparison or set operation that keeps a value of the subject
  kFails,    // ... that keeps none, although there was something to compare
  kNoValue,  // nothing was measured for the subject
  kError     // `error` says why
};
const char* to_string(Verdict verdict);  // "", "holds", "does not hold", "no data", "error"

struct PartValue {
  std::map<std::string, std::string> labels;  // without the name
  double value = 0;                           // of a range: its newest sample
  std::size_t samples = 1;                    // of a range: how many
};

struct ExplainedPart {
  int depth = 0;     // 0: the whole expression
  std::string text;  // as in the rule, in one line
  ValueType type = ValueType::kScalar;
  Verdict verdict = Verdict::kValue;
  std::vector<PartValue> values;  // of the subject, or of all subjects
  std::string error;
};

struct ExplainInput {
  std::string_view text;  // what the expression was parsed from
  const Store& store;
  WallTime time{};
  EvaluateOptions options;
  SubjectFilter filter;
};

// From the whole expression to its smallest parts, each before its own parts. Literal numbers and texts are left out.
std::vector<ExplainedPart> explain(const Expression& expression, const ExplainInput& input);

// What a rule requires besides its expression: "in 3 of the last 5 samples", "for 30s", "at once".
std::string for_text(const ForClause& clause);

}  // namespace hotspot::rules
