#include "actuator/loop/window_rules.h"

#include <algorithm>
#include <string_view>

#include "common/text/nearest.h"

namespace hotspot::loop {

std::vector<rules::Diagnostic> unknown_window_rules(const std::vector<WindowRule>& named,
                                                    const std::vector<const rules::RuleSet*>& sets,
                                                    rules::Severity severity) {
  std::vector<std::string_view> known;
  for (const rules::RuleSet* set : sets) {
    for (const rules::Rule& rule : set->rules) known.push_back(rule.name);
  }
  std::vector<rules::Diagnostic> diagnostics;
  for (const WindowRule& one : named) {
    if (std::find(known.begin(), known.end(), one.name) != known.end()) continue;
    diagnostics.push_back({one.file, one.position, severity,
                           "no rule is called '" + one.name + "': this window does not bind what it means to bind",
                           text::nearest(one.name, known)});
  }
  return diagnostics;
}

}  // namespace hotspot::loop
