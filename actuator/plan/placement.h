// Decides whether a domain may go to a node, apart from the delays that other actions cause.
//
// PURE. Private to the planner.
#pragma once

#include <optional>

#include "actuator/plan/planning.h"
#include "actuator/plan/storage.h"

namespace hotspot::plan {

// What is expected of a migration, from the snapshot and from earlier migrations.
ExpectedMigration expected_migration(const Planning& planning, const model::DomainRef& domain,
                                     const model::Node& target);
// Which disks would be copied there. The error is a refusal: stale data of the target, a target to be drained, affinity
// in both directions (including what is under way and what this round has planned), unmet needs of the domain, its
// disks, or memory that is written faster than it can be sent. Does not check whether there is room.
Result<StoragePlan, model::Refusal> find_place(const Planning& planning, const model::DomainRef& domain,
                                               const model::Node& target,
                                               model::Wording wording = model::Wording::kSentence);

// Why a possible target comes last all the same: an earlier refusal, or a file that it may not have.
std::optional<model::Refusal> comes_last(const Planning& planning, const model::DomainRef& domain,
                                         const model::Node& target);

// The action that moves the domain, with its effects in the decision; the projection includes its arrival from now on.
model::Action move_action(Planning& planning, const rules::Firing& firing, const model::DomainRef& domain,
                          const model::Node& target, Decision& decision);

}  // namespace hotspot::plan
