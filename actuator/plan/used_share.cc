#include "actuator/plan/used_share.h"

#include "actuator/model/load.h"

namespace hotspot::plan {

std::optional<double> used_ratio(const model::Projection& projection, const model::Node& node, AimedAt resource) {
  if (resource == AimedAt::kNetwork) return projection.net_used_ratio(node);
  const model::NodeProjection now = projection.node(node);
  return resource == AimedAt::kMemory ? now.memory_used_ratio() : now.cpu_ratio();
}

std::optional<double> used_ratio_with(const model::Projection& projection, const model::DomainRef& domain,
                                      const model::Node& target, AimedAt resource) {
  if (resource == AimedAt::kNetwork) return projection.net_used_ratio(target, domain);
  const model::NodeProjection after = projection.after_arrival(domain, target);
  return resource == AimedAt::kMemory ? after.memory_used_ratio() : after.cpu_ratio();
}

std::optional<double> share_of(const model::DomainRef& domain, AimedAt resource) {
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

}  // namespace hotspot::plan
