#include "actuator/rules/engine/measured_metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace hotspot::rules {
namespace {

// Per rule, one bit each.
constexpr std::size_t kMostMeasured = 64;

// The metrics that were measured: for a recorded series, those that it is computed from.
class MeasuredMetrics {
 public:
  explicit MeasuredMetrics(const RuleSet& rules) : rules_(rules), made_of_(rules.rules.size()) {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].kind == RuleKind::kRecord) recorded_[rules.rules[i].name].push_back(i);
    }
  }

  // Each recording rule is visited once, however many rules use it.
  const std::vector<const Selector*>& of(std::size_t rule) {
    if (made_of_[rule]) return *made_of_[rule];
    made_of_[rule].emplace();  // a rule that uses itself adds nothing
    std::vector<const Selector*> all;
    for (const Selector* selector : selectors_of(*rules_.rules[rule].expression)) {
      const auto recorded = recorded_.find(selector->name.text);
      if (recorded == recorded_.end()) add(selector, all);
      if (recorded == recorded_.end()) continue;
      for (const std::size_t other : recorded->second) {
        for (const Selector* one : of(other)) add(one, all);
      }
    }
    return made_of_[rule].emplace(std::move(all));
  }

 private:
  static void add(const Selector* selector, std::vector<const Selector*>& all) {
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const Selector* other) { return other->name.text == selector->name.text; });
    if (!known && all.size() < kMostMeasured) all.push_back(selector);
  }

  const RuleSet& rules_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> recorded_;
  std::vector<std::optional<std::vector<const Selector*>>> made_of_;
};

}  // namespace

std::vector<std::vector<const Selector*>> measured_by(const RuleSet& rules) {
  MeasuredMetrics metrics(rules);
  std::vector<std::vector<const Selector*>> all;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) all.push_back(metrics.of(i));
  return all;
}

}  // namespace hotspot::rules
