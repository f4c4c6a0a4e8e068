// The node that suits a domain best, for a rule that relieves another node.
//
// PURE. Private to the planner.
#pragma once

#include <vector>

#include "actuator/plan/placement.h"
#include "actuator/plan/relief.h"

namespace hotspot::plan {

// What is asked of a target.
struct TargetWish {
  const rules::Firing& firing;
  Relief relief;
  double source_ratio = 0;     // of the resource, on the node that the domain would leave, now
  Mode mode = Mode::kEnforce;  // of the decision
};
// An operator has refused to have this move recommended by the rule.
std::optional<model::Refusal> rejected_move(const Planning& planning, const rules::Rule& rule, Mode mode,
                                            const Trip& trip);

struct Targets {
  const model::Node* best = nullptr;  // null: there is none
  std::vector<const model::Node*> possible;
};
// Those to which the domain could begin to move now. In order of preference: one that does not come last (placement.h),
// one to which no disk is copied, the lowest use of the rule's resource after the move, the most memory, the lower
// UUID. Adds to the decision why the others are refused.
Targets find_targets(const Planning& planning, const TargetWish& wish, const model::DomainRef& domain,
                     Decision& decision);
// All that could refuse this target, for people who ask why: what any move asks of it, and then what a rule that
// relieves a node asks besides. Their first is what find_targets() says, apart from what delays. `copied`, if it is
// given, gets what would be copied. Null: no rule asks for the move.
std::vector<model::Refusal> move_refusals(const Planning& planning, const Trip& trip, StoragePlan* copied = nullptr);
std::vector<model::Refusal> relief_refusals(const Planning& planning, const TargetWish* wish, const Trip& trip);
// The best of them for a later move of a plan: what only delays does not count. Null: there is none.
const model::Node* later_target(const Planning& planning, const TargetWish& wish, const model::DomainRef& domain);

}  // namespace hotspot::plan
