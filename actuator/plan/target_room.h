// Everything that a domain lacks on a target, for people who ask why: the search for targets stops at the first.
//
// PURE. Private to the planner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// The domain as if it came from a node of the target's kind with nothing in its way: only the room counts.
class AsIfAlike {
 public:
  AsIfAlike(const model::DomainRef& domain, const model::Node& target);
  AsIfAlike(const AsIfAlike&) = delete;
  AsIfAlike& operator=(const AsIfAlike&) = delete;
  model::DomainRef ref() const { return {&node_, &domain_}; }

 private:
  model::Node node_;
  model::DomainSample domain_;
};

// All that Projection::arrival_refusal() could say, each resource by itself: its first is the first of these.
std::vector<model::Refusal> room_refusals(const model::Projection& projection, const model::DomainRef& domain,
                                          const model::Node& target, const model::Margins& margins);

// What the target lacks of its margins once the domain is there; 0: nothing, or it is not measured.
struct MissingRoom {
  double cores = 0;
  std::int64_t memory_bytes = 0;
};
MissingRoom missing_room(const Planning& planning, const model::DomainRef& domain, const model::Node& target);

// The target would be filled to above the mark of a rule that relieves nodes: of CPU, of memory.
std::vector<model::Refusal> other_mark_refusals(const Planning& planning, const model::DomainRef& domain,
                                                const model::Node& target);

}  // namespace hotspot::plan
