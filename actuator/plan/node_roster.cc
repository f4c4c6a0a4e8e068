#include "actuator/plan/node_roster.h"

#include <algorithm>

namespace hotspot::plan {

std::int64_t promised_to(const telemetry::DomainSample& domain) {
  return std::max(domain.memory_balloon_max_bytes.value_or(0), domain.memory_balloon_bytes.value_or(0));
}

NodeRoster::NodeRoster(const model::Node& node) {
  for (const telemetry::DomainSample& domain : node.snapshot->domains) {
    by_name_[domain.name].push_back(&domain);
    if (!model::is_running(domain)) continue;
    has_running_ = true;
    promised_bytes_ += promised_to(domain);
    if (domain.policy.group) by_group_[*domain.policy.group].push_back(&domain);
    for (const std::string& group : domain.policy.affinity) needing_[group].push_back(&domain);
    for (const std::string& group : domain.policy.anti_affinity) against_[group].push_back(&domain);
  }
}

const NodeRoster::Domains& NodeRoster::of(const Index& index, const std::string& key) {
  static const Domains nobody;
  const auto found = index.find(key);
  return found == index.end() ? nobody : found->second;
}

}  // namespace hotspot::plan
