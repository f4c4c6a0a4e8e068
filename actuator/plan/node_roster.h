// An index of the domains on a node, by name and affinity group, so that checking a target need not scan its domains.
//
// PURE. Refers to the node's snapshot, which must outlive it. Thread rule: a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actuator/model/cluster.h"

namespace hotspot::plan {

// The most memory that the domain's balloon may have.
std::int64_t promised_to(const telemetry::DomainSample& domain);

class NodeRoster {
 public:
  using Domains = std::vector<const telemetry::DomainSample*>;  // in the order of the snapshot

  explicit NodeRoster(const model::Node& node);

  bool has_running() const { return has_running_; }
  // What its running domains may grow to by their balloons: more than the node has, if they do not do so all at once.
  std::int64_t promised_bytes() const { return promised_bytes_; }
  const Domains& named(const std::string& name) const { return of(by_name_, name); }        // whether running or not
  const Domains& in_group(const std::string& group) const { return of(by_group_, group); }  // running domains only
  // Running domains whose affinity names this group.
  const Domains& needing(const std::string& group) const { return of(needing_, group); }
  // Running domains whose anti-affinity names this group.
  const Domains& against(const std::string& group) const { return of(against_, group); }

 private:
  using Index = std::unordered_map<std::string_view, Domains>;
  static const Domains& of(const Index& index, const std::string& key);
  Index by_name_, by_group_, needing_, against_;
  bool has_running_ = false;
  std::int64_t promised_bytes_ = 0;
};

}  // namespace hotspot::plan
