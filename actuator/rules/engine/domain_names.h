// Finds the domain that a name refers to: libvirt allows two nodes to have a domain of the same name.
//
// PURE. If an expression aggregates the label `node` away, each of its values has only the name of its domain. Each
// name is looked up in the cluster once per evaluation, however many values have it. The cluster must outlive the
// object and must not change meanwhile. Thread rule: one thread.
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
    std::size_t domains = 0;            // with this name
    const model::Node* node = nullptr;  // of the only one; null: there is none, or there are several
  };
  // Without a cluster: no domains.
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
