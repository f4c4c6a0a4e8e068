#include "actuator/rules/evaluate/aims_of.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actuator/rules/evaluate/limits_of.h"

namespace hotspot::rules {
namespace {

struct Family {
  std::string_view prefix;
  std::optional<AimedAt> resource;
};

// The first prefix that fits decides.
constexpr std::array kFamilies = std::to_array<Family>({
    {"node_cpu_iowait_ratio", AimedAt::kDisk},
    {"node_cpu_", AimedAt::kCpu},
    {"node_load_", AimedAt::kCpu},
    {"node_pressure_cpu_", AimedAt::kCpu},
    {"domain_cpu_", AimedAt::kCpu},
    {"domain_vcpu_", AimedAt::kCpu},
    {"node_memory_bytes", std::nullopt},
    {"node_memory_", AimedAt::kMemory},
    {"node_swap_", AimedAt::kMemory},
    {"node_pressure_memory_", AimedAt::kMemory},
    {"domain_memory_", AimedAt::kMemory},
    {"domain_swap_", AimedAt::kMemory},
    {"domain_major_faults_", AimedAt::kMemory},
    {"node_net_speed_", std::nullopt},
    {"node_net_", AimedAt::kNetwork},
    {"domain_net_", AimedAt::kNetwork},
    {"node_pressure_io_", AimedAt::kDisk},
    {"domain_block_", AimedAt::kDisk},
});

bool rises(BinaryOp op) { return op == BinaryOp::kGreater || op == BinaryOp::kGreaterEqual; }
bool falls(BinaryOp op) { return op == BinaryOp::kLess || op == BinaryOp::kLessEqual; }

bool is_used_share(std::string_view series) {
  return series == "node_cpu_ratio" || series == "node_cpu_domains_ratio" || series == "node_memory_used_ratio" ||
         series == "node_net_used_ratio";
}

constexpr std::string_view kImbalance = "cluster_imbalance_ratio";
constexpr std::array kImbalanceOf = std::to_array<std::pair<std::string_view, AimedAt>>(
    {{"cpu", AimedAt::kCpu}, {"memory", AimedAt::kMemory}, {"network", AimedAt::kNetwork}});

// The resources whose imbalance the selector reads.
std::vector<AimedAt> resources_in(const Selector& selector) {
  std::vector<AimedAt> read;
  for (const auto& known : kImbalanceOf) {
    const bool matches = std::all_of(selector.matchers.begin(), selector.matchers.end(), [&](const LabelMatcher& one) {
      return one.name.text != "resource" || one.matches(std::string(known.first));
    });
    if (matches) read.push_back(known.second);
  }
  return read;
}

bool is_imbalance(const Limit& limit) { return limit.metric == kImbalance && limit.value > 0; }

// One for each resource whose imbalance is compared.
void add_imbalance(const Limit& limit, const std::vector<Limit>& ends, std::vector<Aim>& aims) {
  for (const AimedAt resource : resources_in(*limit.selector)) {
    Aim aim{.resource = resource, .branch = static_cast<int>(aims.size()), .above = limit.value};
    for (const Limit& end : ends) {
      const auto over = is_imbalance(end) ? resources_in(*end.selector) : std::vector<AimedAt>();
      if (falls(end.comparison) && end.value < limit.value &&
          std::find(over.begin(), over.end(), resource) != over.end())
        aim.until_below = end.value;
    }
    aims.push_back(std::move(aim));
  }
}

// By the node's name in the selector; null: it names none.
std::function<bool(const std::string&)> about(const Selector& selector) {
  std::vector<LabelMatcher> matchers;
  for (const LabelMatcher& matcher : selector.matchers)
    if (matcher.name.text == "node") matchers.push_back(matcher);
  if (matchers.empty()) return nullptr;
  return [matchers](const std::string& node) {
    return std::all_of(matchers.begin(), matchers.end(), [&](const LabelMatcher& one) { return one.matches(node); });
  };
}

// The comparison as an aim; empty: it is not one of a node's use.
std::optional<Aim> aim_of(const Limit& limit) {
  Aim aim;
  aim.is_about = about(*limit.selector);
  if (limit.metric == "node_memory_available_bytes" && falls(limit.comparison)) {
    aim.resource = AimedAt::kMemory;
    aim.available_below = std::llround(limit.value);
    return aim;
  }
  if (!is_used_share(limit.metric) || !rises(limit.comparison) || limit.value <= 0 || limit.value >= 1)
    return std::nullopt;
  aim.resource = *resource_of(limit.metric);
  aim.of_domains = limit.metric == "node_cpu_domains_ratio";
  aim.above = limit.value;
  return aim;
}

void add_end(const std::vector<Limit>& ends, Aim& aim) {
  for (const Limit& end : ends) {
    if (resource_of(end.metric) != aim.resource) continue;
    if (aim.of_domains != (end.metric == "node_cpu_domains_ratio")) continue;
    if (aim.available_below && end.metric == "node_memory_available_bytes" && rises(end.comparison))
      aim.until_available = std::llround(end.value);
    if (aim.above && is_used_share(end.metric) && falls(end.comparison) && end.value < *aim.above)
      aim.until_below = end.value;
  }
}

// Do all comparisons with numbers in it have to hold for one subject? The right side of on() may be about another.
bool holds_together(const Expression& expression) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary == nullptr || !is_set_operation(binary->op)) return true;
  if (binary->op == BinaryOp::kOr || binary->matching.written) return false;
  return holds_together(*binary->left) && holds_together(*binary->right);
}

// Each branch of the `or`s at the top has the next number.
void add_aims(const Expression& expression, std::vector<Aim>& aims) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary != nullptr && binary->op == BinaryOp::kOr) {
    add_aims(*binary->left, aims);
    return add_aims(*binary->right, aims);
  }
  const bool together = holds_together(expression);
  int branch = aims.empty() ? 0 : aims.back().branch + 1;
  for (const Limit& limit : limits_of(expression)) {
    auto aim = aim_of(limit);
    if (!aim) continue;
    aim->branch = together ? branch : branch++;
    aims.push_back(*aim);
  }
}

}  // namespace

std::optional<AimedAt> resource_of(std::string_view series) {
  const auto found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                  [&](const Family& family) { return series.starts_with(family.prefix); });
  return found == kFamilies.end() ? std::nullopt : found->resource;
}

std::vector<Aim> aims_of(const Expression& expression, const Expression* until) {
  std::vector<Aim> aims;
  const std::vector<Limit> ends = until == nullptr ? std::vector<Limit>() : limits_of(*until);
  for (const Limit& limit : limits_of(expression))
    if (is_imbalance(limit) && rises(limit.comparison)) add_imbalance(limit, ends, aims);
  if (!aims.empty()) return aims;
  add_aims(expression, aims);
  if (!aims.empty()) {
    for (Aim& aim : aims) add_end(ends, aim);
    return aims;
  }
  std::set<AimedAt> about;
  for (const Selector* selector : selectors_of(expression))
    if (const auto resource = resource_of(selector->name.text)) about.insert(*resource);
  if (about.size() != 1) return {};
  Aim aim;
  aim.resource = *about.begin();
  return {aim};
}

}  // namespace hotspot::rules
