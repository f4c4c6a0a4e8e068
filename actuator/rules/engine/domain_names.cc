#include "actuator/rules/engine/domain_names.h"

namespace hotspot::rules {

const DomainNames::Named& DomainNames::of(std::string_view name) {
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  Named& named = known_[std::string(name)];
  if (cluster_ == nullptr) return named;
  const auto all = cluster_->find_domains_by_name(name);
  named.domains = all.size();
  if (all.size() == 1) named.node = all.front().node;
  return named;
}

}  // namespace hotspot::rules
