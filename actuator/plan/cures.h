// What would make a refused move possible: for each kind of refusal, with figures where it is about room.
//
// PURE. Private to the planner.
#pragma once

#include <string>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

struct CureQuestion {
  const Planning& planning;
  const model::DomainRef& domain;
  const model::Node& target;
};

// "1.2 GiB more available on h2; or margins.node_memory at most 4 %". Empty: the refusal says it itself.
std::string cure_of(const CureQuestion& question, const model::Refusal& refusal);

}  // namespace hotspot::plan
