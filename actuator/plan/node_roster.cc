#include "actuator/plan/node_roster.h"

namespace hotspot::plan {

NodeRoster::NodeRoster(const model::Node& node) {
  for (const telemetry::DomainSample& domain : node.snapshot->domains) {
    by_name_[domain.name].push_back(&domain);
    if (!model::is_running(domain)) continue;
    has_running_ = true;
    if (domain.policy.group) by_group_[*domain.policy.group].push_back(&domain);
    for (const std::string& group : domain.policy.anti_affinity) against_[group].push_back(&domain);
  }
}

const NodeRoster::Domains& NodeRoster::of(const Index& index, const std::string& key) {
  static const Domains nobody;
  const auto found = index.find(key);
  return found == index.end() ? nobody : found->second;
}

}  // namespace hotspot::plan
