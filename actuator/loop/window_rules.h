// The rules that windows of time name.
//
// PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

// A rule that a window of time names, and where.
struct WindowRule {
  std::string name;
  std::string file;
  rules::Position position;
};

// A window for a rule that is not there binds nothing, and whoever wrote it believes that it does: what is named, and
// is in none of the sets.
std::vector<rules::Diagnostic> unknown_window_rules(const std::vector<WindowRule>& named,
                                                    const std::vector<const rules::RuleSet*>& sets,
                                                    rules::Severity severity);

}  // namespace hotspot::loop
