// From the texts of rule files to checked rules, or to a list of all errors in them.
//
// PURE. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

struct CheckedRules {
  std::shared_ptr<const RuleSet> rules;  // null if there are errors
  std::vector<Diagnostic> diagnostics;   // all errors and warnings, in order
  bool ok() const { return rules != nullptr; }
};

struct CheckOptions {
  // Every name is a series with any labels, for unit tests in promtool's format. Otherwise the series are those of the
  // catalogue and those that the set records.
  bool any_series = false;
  // What one evaluation of a rule may cost in a small cluster (cost.h); a rule that would cost more is an error.
  std::size_t most_operations = kUsualMostOperations;
};

// Checks the files as one set, in the order given. Never throws. Without files the set is empty.
CheckedRules check(const std::vector<SourceFile>& files, const CheckOptions& options = {});

// How far the rules of the set read back, by metric; "" for selectors without a name.
std::map<std::string, Milliseconds, std::less<>> lookback_of(const RuleSet& rules);

}  // namespace hotspot::rules
