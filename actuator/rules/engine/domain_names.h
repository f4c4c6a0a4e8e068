// Which domain a name alone speaks of: libvirt lets two nodes have one domain of a name each.
//
// PURE. Where an expression aggregates the label `node` away, each of its values has only the name of its domain. Each
// name is looked up in the cluster once an evaluation, however many values have it. The cluster must outlive it and
// must not change meanwhile. Thread rule: one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actuator/model/cluster.h"

namespace hotspot::rules {

class DomainNames {
 public:
  explicit DomainNames(const model::Cluster* cluster) : cluster_(cluster) {}

  struct Named {
    std::size_t domains = 0;            // of this name
    const model::Node* node = nullptr;  // of the only one; null: there is none, or several
  };
  // Without a cluster: none.
  const Named& of(std::string_view name);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  const model::Cluster* cluster_;
  std::unordered_map<std::string, Named, Hash, std::equal_to<>> known_;
};

}  // namespace hotspot::rules
