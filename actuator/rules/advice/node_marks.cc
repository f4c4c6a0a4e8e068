#include "actuator/rules/advice/node_marks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "actuator/rules/evaluate/condition.h"
#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {
namespace {

constexpr std::array<std::string_view, 4> kCpuSeries{"node_cpu_", "node_pressure_cpu_", "node_load_", "node_cpus"};
constexpr std::array<std::string_view, 3> kMemorySeries{"node_memory_", "node_pressure_memory_", "node_swap_"};

template <std::size_t N>
bool begins_with_any(std::string_view name, const std::array<std::string_view, N>& all) {
  return std::any_of(all.begin(), all.end(), [name](std::string_view one) { return name.starts_with(one); });
}

bool is_of(std::string_view series, bool memory) {
  return memory ? begins_with_any(series, kMemorySeries) : begins_with_any(series, kCpuSeries);
}

// Moves domains away from the node that is its subject.
bool relieves_nodes(const Rule& rule) {
  if (rule.subject != SubjectKind::kNode || rule.mode == Mode::kObserve) return false;
  return std::any_of(rule.remedies.begin(), rule.remedies.end(), [](const Remedy& remedy) {
    return std::holds_alternative<Migrate>(remedy) || std::holds_alternative<Drain>(remedy);
  });
}

bool reads(const Rule& rule, bool memory) {
  const auto selectors = selectors_of(*rule.expression);
  return std::any_of(selectors.begin(), selectors.end(),
                     [memory](const Selector* selector) { return is_of(selector->name.text, memory); });
}

bool applies_to(const Rule& rule, const std::string& node) {
  for (const Selector* selector : selectors_of(*rule.expression)) {
    for (const LabelMatcher& matcher : selector->matchers)
      if (matcher.name.text == "node" && !matcher.matches(node)) return false;
  }
  return true;
}

std::optional<double> mark_of(const Rule& rule, bool memory) {
  if (!relieves_nodes(rule)) return std::nullopt;
  const std::string_view series = memory ? "node_memory_used_ratio" : "node_cpu_ratio";
  for (const Selector* selector : selectors_of(*rule.expression))
    if (!is_of(selector->name.text, memory)) return std::nullopt;
  std::optional<double> highest;  // all conditions of a rule have to hold
  for (const auto& [key, condition] : conditions_of(*rule.expression, rule.expression_text)) {
    const double above = condition.interval.from;
    if (condition.series != series || !std::isfinite(above) || above <= 0) continue;
    highest = std::max(above, highest.value_or(above));
  }
  return highest;
}

}  // namespace

std::optional<double> node_cpu_mark_of(const Rule& rule) { return mark_of(rule, false); }
std::optional<double> node_memory_mark_of(const Rule& rule) { return mark_of(rule, true); }

std::vector<NodeMark> node_marks(const std::shared_ptr<const RuleSet>& rules) {
  std::vector<NodeMark> marks;
  if (rules == nullptr) return marks;
  for (const Rule& rule : rules->rules) {
    if (!relieves_nodes(rule)) continue;
    for (const bool memory : {false, true}) {
      if (!reads(rule, memory)) continue;
      marks.push_back({rule.name, memory, mark_of(rule, memory),
                       [rules, &rule](const std::string& node) { return applies_to(rule, node); }});
    }
  }
  return marks;
}

}  // namespace hotspot::rules
