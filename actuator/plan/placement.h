// May this domain go to that node, whatever else is under way for the moment?
//
// PURE. Private to the planner.
#pragma once

#include <optional>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// What a migration would look like, from the snapshot and from what earlier ones taught.
Figures expected_migration(const Planning& planning, const model::DomainRef& domain, const model::Node& target);
// Stale data of the target, a target that is to be drained, affinity in both directions (with what is under way and
// what this round has planned already), what the domain needs of the target, and a memory that is written faster than
// it can be sent. Room is not looked at.
std::optional<model::Refusal> place_refusal(const Planning& planning, const model::DomainRef& domain,
                                            const model::Node& target);

// Why a target that may be chosen comes last all the same: what it refused before, a file that it may not have.
std::optional<model::Refusal> comes_last(const Planning& planning, const model::DomainRef& domain,
                                         const model::Node& target);

// The action that moves the domain, with its effects in the decision; its arrival is in the projection from now on.
model::Action move_action(Planning& planning, const rules::Firing& firing, const model::DomainRef& domain,
                          const model::Node& target, Decision& decision);

}  // namespace hotspot::plan
