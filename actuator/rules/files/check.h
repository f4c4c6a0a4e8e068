// From the texts of rule files to checked rules, or to all that is wrong in them.
//
// PURE. Any thread.
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
  std::shared_ptr<const RuleSet> rules;  // null if there is an error
  std::vector<Diagnostic> diagnostics;   // all errors and warnings, in order
  bool ok() const { return rules != nullptr; }
};

struct CheckOptions {
  // Every name is a series with any labels, for unit tests in promtool's format. Otherwise series are those of the
  // catalogue and what the set itself records.
  bool any_series = false;
  // What one evaluation of a rule may cost in a small cluster (cost.h); one that would cost more is an error.
  std::size_t most_operations = kUsualMostOperations;
};

// Checks the files as one set, in the order given. Never throws. No file at all gives an empty set.
CheckedRules check(const std::vector<SourceFile>& files, const CheckOptions& options = {});

// How far the rules of the set look back, by metric; "" for selectors without a name.
std::map<std::string, Milliseconds, std::less<>> lookback_of(const RuleSet& rules);

}  // namespace hotspot::rules
