// The rules that time windows name.
//
// PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

// A rule that a time window names, and where.
struct WindowRule {
  std::string name;
  std::string file;
  rules::Position position;
};

// A window for a rule that does not exist has no effect, contrary to its author's belief: returns the names that are in
// none of the sets.
std::vector<rules::Diagnostic> unknown_window_rules(const std::vector<WindowRule>& named,
                                                    const std::vector<const rules::RuleSet*>& sets,
                                                    rules::Severity severity);

}  // namespace hotspot::loop
