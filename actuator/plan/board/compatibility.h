// Which domains can run on which nodes at all, by classes: whoever has the same needs, or offers the same, is compared
// once.
//
// PURE. A class is made of all that incompatibility() (projection.h), target_needs.h and storage.h look at and that
// some domain or node of the cluster makes matter; they are then asked about one domain and one node of each pair. Huge
// pages are amounts, and so on the board itself. A domain whose local disks the operator allows to copy is a class of
// its own, and each node then too: that depends on sizes.
#pragma once

#include <optional>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/refusal.h"
#include "actuator/plan/board/amounts.h"
#include "actuator/plan/migration_method.h"

namespace hotspot::plan {

struct Compatibility {
  std::vector<ClassIndex> domain_class, node_class;  // in the order that was given
  ClassIndex domain_classes = 0, node_classes = 0;
  std::vector<std::optional<model::RefusalKind>> verdicts;  // by domain class × node_classes + node class
};

Compatibility compatibility_of(const std::vector<const model::Node*>& nodes,
                               const std::vector<model::DomainRef>& domains, const MigrationSettings& settings);

}  // namespace hotspot::plan
