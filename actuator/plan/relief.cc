#include "actuator/plan/relief.h"

#include <algorithm>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

std::optional<double> used_by_available(const std::optional<std::int64_t>& available, const Node& node) {
  const auto all = static_cast<double>(node.snapshot->node.memory_bytes);
  if (!available || all <= 0) return std::nullopt;
  return std::max(0.0, 1 - static_cast<double>(*available) / all);
}

// The mark of what the domains use, as one of all that runs on the node.
double with_others(const rules::Aim& aim, double mark, const Node& node) {
  const model::NodeSample& sample = node.snapshot->node;
  if (!aim.of_domains || !sample.cpu_ratio || !sample.cpu_domains_ratio) return mark;
  return mark + std::max(0.0, *sample.cpu_ratio - *sample.cpu_domains_ratio);
}

bool is_about(const rules::Aim& aim, const Node& node) { return !aim.is_about || aim.is_about(node.name()); }

std::optional<double> mark_of(const rules::Aim& aim, const Node& node) {
  if (!is_about(aim, node)) return std::nullopt;
  return aim.above ? with_others(aim, *aim.above, node) : used_by_available(aim.available_below, node);
}

std::optional<double> end_of(const rules::Aim& aim, const Node& node) {
  return aim.until_below ? with_others(aim, *aim.until_below, node) : used_by_available(aim.until_available, node);
}

double below(double mark, double by) { return mark - std::min(by, mark / 10); }

double ceiling_of(const model::Margins& margins, AimedAt resource) {
  return resource == AimedAt::kMemory ? 1 - margins.node_memory_margin_ratio : margins.node_cpu_ceiling_ratio;
}

// Of two comparisons that have to hold together, does `a` end the firing? That which `until` names does, or without it
// the higher mark, below which the node comes first.
bool ends_firing(const rules::Aim& a, const rules::Aim& b, const Node& source) {
  const bool ends_a = end_of(a, source).has_value(), ends_b = end_of(b, source).has_value();
  return ends_a != ends_b ? ends_a : *mark_of(a, source) > *mark_of(b, source);
}

// The first aim whose mark the node exceeds; of those of its resource that have to hold with it, the one that ends the
// firing. Otherwise the first about this node.
const rules::Aim* exceeded(const Planning& planning, const rules::Rule& rule, const Node& source) {
  const rules::Aim* chosen = nullptr;
  for (const rules::Aim& aim : rule.aims) {
    if (chosen != nullptr && (aim.branch != chosen->branch || aim.resource != chosen->resource)) continue;
    const auto mark = mark_of(aim, source), used = used_ratio(planning.projection(), source, aim.resource);
    if (!mark || !used || *used <= *mark) continue;
    if (chosen == nullptr || ends_firing(aim, *chosen, source)) chosen = &aim;
  }
  if (chosen != nullptr) return chosen;
  const auto about = [&](const rules::Aim& aim) { return is_about(aim, source); };
  const auto first = std::find_if(rule.aims.begin(), rule.aims.end(), about);
  return first != rule.aims.end() ? &*first : &rule.aims.front();
}

// A comparison that would hold on the target after the move, or nearly.
struct NearMark {
  AimedAt resource = AimedAt::kCpu;
  double mark = 0, most = 0, after = 0;
};

// The aims of a branch, the first of which it has: empty if one of them would not hold. What is not known counts for
// nothing.
std::optional<NearMark> near_marks(const Planning& planning, const rules::Rule& rule, int branch, const Trip& trip) {
  std::optional<NearMark> first;
  for (const rules::Aim& aim : rule.aims) {
    if (aim.branch != branch || aim.resource == AimedAt::kDisk) continue;
    const auto mark = mark_of(aim, trip.target);
    if (!mark) continue;
    const auto after = used_ratio_with(planning.projection(), trip.domain, trip.target, aim.resource);
    if (!after) continue;
    const NearMark near{aim.resource, *mark, below(*mark, kTargetBelowMark), *after};
    if (near.after <= near.most) return std::nullopt;
    if (!first) first = near;
  }
  return first;
}

}  // namespace

double cured_below(double mark) { return below(mark, kCuredBelowMark); }

Relief relief_of(const Planning& planning, const rules::Rule& rule, const Node& source) {
  Relief relief;
  relief.goal = planning.input().margins.node_cpu_ceiling_ratio * kCuredShareOfCeiling;
  if (rule.aims.empty()) {
    relief.assumed = "its expression does not tell which resource it is about";
    return relief;
  }
  const rules::Aim* chosen = exceeded(planning, rule, source);
  if (chosen->resource == AimedAt::kDisk) {
    relief.assumed = "what disks can carry is not known";
    return relief;
  }
  relief.resource = chosen->resource;
  relief.goal = ceiling_of(planning.input().margins, relief.resource) * kCuredShareOfCeiling;
  relief.mark = mark_of(*chosen, source);
  if (relief.mark) relief.goal = end_of(*chosen, source).value_or(cured_below(*relief.mark));
  return relief;
}

std::optional<Refusal> own_mark_refusal(const Planning& planning, const rules::Rule& rule, const Trip& trip,
                                        Wording wording) {
  for (std::size_t i = 0; i < rule.aims.size(); ++i) {
    const int branch = rule.aims[i].branch;
    if (i > 0 && rule.aims[i - 1].branch == branch) continue;
    const auto near = near_marks(planning, rule, branch, trip);
    if (!near) continue;
    return model::refused(shortage_of(near->resource), wording, [&] {
      return trip.target.name() + " would be at " + model::ratio_text(near->after) + " " + of_resource(near->resource) +
             "; " + rule.name + " holds above " + model::ratio_text(near->mark) + ", and a target is filled to " +
             model::ratio_text(near->most);
    });
  }
  return std::nullopt;
}

RefusalKind shortage_of(AimedAt resource) {
  if (resource == AimedAt::kCpu) return RefusalKind::kNoCpu;
  return resource == AimedAt::kMemory ? RefusalKind::kNoMemory : RefusalKind::kTargetCannot;
}

std::string of_resource(AimedAt resource) {
  return resource == AimedAt::kCpu ? "of its CPUs" : std::string("of its ") + rules::to_string(resource);
}

}  // namespace hotspot::plan
