// The value of every part of an expression, and what it says about one node or domain.
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

// Values that speak of others are left out; a value without such a label speaks of all. Empty: everything.
struct SubjectFilter {
  std::string node, domain;
  bool matches(const LabelSet& labels) const;
};

enum class Verdict {
  kValue,    // no comparison: it has values, or is a number
  kHolds,    // a comparison or set operation that leaves something of the subject
  kFails,    // ... that leaves nothing of it, though there was something to compare
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
  std::string text;  // as the rule says it, in one line
  ValueType type = ValueType::kScalar;
  Verdict verdict = Verdict::kValue;
  std::vector<PartValue> values;  // of the subject, or all of them
  std::string error;
};

// From the whole to its smallest parts, each before its own. Numbers and texts that stand there as they are, are left
// out. `text` is what was parsed.
std::vector<ExplainedPart> explain(const Expression& expression, std::string_view text, const Store& store,
                                   WallTime time, const EvaluateOptions& options, const SubjectFilter& filter);

// What a rule asks for besides its expression: "in 3 of the last 5 samples", "for 30s", "at once".
std::string hold_text(const Hold& hold);

}  // namespace hotspot::rules
