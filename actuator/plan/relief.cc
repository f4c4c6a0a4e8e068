#include "actuator/plan/relief.h"

#include <algorithm>
#include <array>

#include "actuator/model/load.h"
#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

constexpr std::array kMeasured{AimedAt::kCpu, AimedAt::kMemory, AimedAt::kNetwork};

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

std::optional<double> mark_of(const rules::Aim& aim, const Node& node) {
  return aim.above ? with_others(aim, *aim.above, node) : used_by_available(aim.available_below, node);
}

std::optional<double> end_of(const rules::Aim& aim, const Node& node) {
  return aim.until_below ? with_others(aim, *aim.until_below, node) : used_by_available(aim.until_available, node);
}

double below(double mark, double by) { return mark - std::min(by, mark / 10); }

double ceiling_of(const model::Margins& margins, AimedAt resource) {
  return resource == AimedAt::kMemory ? 1 - margins.node_memory_margin_ratio : margins.node_cpu_ceiling_ratio;
}

}  // namespace

Relief relief_of(const Planning& planning, const rules::Rule& rule, const Node& source) {
  Relief relief;
  relief.goal = planning.input().margins.node_cpu_ceiling_ratio * kCuredShareOfCeiling;
  if (rule.aims.empty()) {
    relief.assumed = "its expression does not tell which resource it is about";
    return relief;
  }
  const rules::Aim* chosen = &rule.aims.front();
  for (const rules::Aim& aim : rule.aims) {
    const auto mark = mark_of(aim, source), used = used_ratio(planning.projection(), source, aim.resource);
    if (!mark || !used || *used <= *mark) continue;
    chosen = &aim;
    break;
  }
  if (chosen->resource == AimedAt::kDisk) {
    relief.assumed = "what disks can carry is not known";
    return relief;
  }
  relief.resource = chosen->resource;
  relief.goal = ceiling_of(planning.input().margins, relief.resource) * kCuredShareOfCeiling;
  relief.mark = mark_of(*chosen, source);
  if (relief.mark) relief.goal = end_of(*chosen, source).value_or(below(*relief.mark, kCuredBelowMark));
  return relief;
}

std::optional<double> own_mark(const rules::Rule& rule, AimedAt resource, const Node& node) {
  std::optional<double> lowest;
  for (const rules::Aim& aim : rule.aims) {
    const auto mark = mark_of(aim, node);
    if (aim.resource == resource && mark) lowest = std::min(*mark, lowest.value_or(*mark));
  }
  return lowest;
}

std::optional<double> used_ratio(const model::Projection& projection, const Node& node, AimedAt resource) {
  if (resource == AimedAt::kNetwork) return projection.net_used_ratio(node);
  const model::NodeProjection now = projection.node(node);
  return resource == AimedAt::kMemory ? now.memory_used_ratio() : now.cpu_ratio();
}

std::optional<double> used_ratio_with(const model::Projection& projection, const DomainRef& domain, const Node& target,
                                      AimedAt resource) {
  if (resource == AimedAt::kNetwork) return projection.net_used_ratio(target, domain);
  const model::NodeProjection after = projection.after_arrival(domain, target);
  return resource == AimedAt::kMemory ? after.memory_used_ratio() : after.cpu_ratio();
}

std::optional<double> share_of(const DomainRef& domain, AimedAt resource) {
  const model::NodeSample& node = domain.node->snapshot->node;
  if (resource == AimedAt::kNetwork) return model::domain_net_used_ratio(*domain.domain, node);
  if (resource == AimedAt::kMemory) {
    const auto bytes = model::domain_resident_bytes(*domain.domain);
    if (!bytes || node.memory_bytes <= 0) return std::nullopt;
    return static_cast<double>(*bytes) / static_cast<double>(node.memory_bytes);
  }
  const auto cores = model::domain_cores_wanted(*domain.domain, node);
  if (!cores || node.cpus <= 0) return std::nullopt;
  return *cores / node.cpus;
}

std::optional<Refusal> own_mark_refusal(const Planning& planning, const rules::Rule& rule, const Trip& trip,
                                        Wording wording) {
  if (rule.aims.empty()) return std::nullopt;
  const Node& target = trip.target;
  for (const AimedAt resource : kMeasured) {
    const auto mark = own_mark(rule, resource, target);
    if (!mark) continue;
    const auto after = used_ratio_with(planning.projection(), trip.domain, target, resource);
    const double most = below(*mark, kTargetBelowMark);
    if (!after || *after <= most) continue;
    return model::refused(shortage_of(resource), wording, [&] {
      return target.name() + " would be at " + model::ratio_text(*after) + " " + of_resource(resource) + "; " +
             rule.name + " holds above " + model::ratio_text(*mark) + ", and a target is filled to " +
             model::ratio_text(most);
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
