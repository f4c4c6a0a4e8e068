// A move that is tried: this domain, to that node. Private to the planner; refers to what its owner keeps.
#pragma once

#include "actuator/model/cluster.h"

namespace hotspot::plan {

struct Trip {
  const model::DomainRef& domain;
  const model::Node& target;
};

}  // namespace hotspot::plan
