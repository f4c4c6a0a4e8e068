#include "actuator/rules/advice/grow_marks.h"

#include <algorithm>
#include <cmath>

#include "actuator/rules/evaluate/condition.h"
#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {
namespace {

bool gives(const Rule& rule, bool memory) {
  return std::any_of(rule.remedies.begin(), rule.remedies.end(), [memory](const Remedy& remedy) {
    const auto* bytes = std::get_if<ScaleMemory>(&remedy);
    const auto* vcpus = std::get_if<ScaleVcpus>(&remedy);
    return memory ? bytes != nullptr && bytes->by_bytes > 0 : vcpus != nullptr && vcpus->by > 0;
  });
}

bool looks_at(const Rule& rule, const std::string& domain, const std::string& node) {
  for (const Selector* selector : selectors_of(*rule.expression)) {
    for (const LabelMatcher& matcher : selector->matchers) {
      if (matcher.name.text == "domain" && !matcher.matches(domain)) return false;
      if (matcher.name.text == "node" && !matcher.matches(node)) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<GrowMark> grow_marks(const std::shared_ptr<const RuleSet>& rules) {
  std::vector<GrowMark> marks;
  if (rules == nullptr) return marks;
  for (const Rule& rule : rules->rules) {
    for (const bool memory : {true, false}) {
      if (!gives(rule, memory)) continue;
      const char* series = memory ? "domain_memory_used_ratio" : "domain_cpu_ratio";
      for (const auto& [key, condition] : conditions_of(*rule.expression, rule.expression_text)) {
        const double above = condition.interval.from;
        if (condition.series != series || !std::isfinite(above) || above <= 0) continue;
        marks.push_back({rule.name, memory, above, [rules, &rule](const std::string& domain, const std::string& node) {
                           return looks_at(rule, domain, node);
                         }});
      }
    }
  }
  return marks;
}

}  // namespace hotspot::rules
