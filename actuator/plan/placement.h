// Decides whether a domain may go to a node, apart from the delays that other actions cause.
//
// PURE. Private to the planner.
#pragma once

#include <optional>
#include <vector>

#include "actuator/plan/planning.h"
#include "actuator/plan/storage.h"
#include "actuator/plan/trip.h"

namespace hotspot::plan {

// What is expected of a migration, from the snapshot and from earlier migrations.
ExpectedMigration expected_migration(const Planning& planning, const model::DomainRef& domain,
                                     const model::Node& target);
// How long it would take, by the method that would be chosen.
MigrationEstimate estimate_of(const Planning& planning, const model::DomainRef& domain, const model::Node& target);
// Which disks would be copied there. The error is a refusal: stale data of the target, a target to be drained, affinity
// in both directions (including what is under way and what this round has planned), unmet needs of the domain, its
// disks, or memory that is written faster than it can be sent. Does not check whether there is room.
Result<StoragePlan, model::Refusal> find_place(const Planning& planning, const model::DomainRef& domain,
                                               const model::Node& target,
                                               model::Wording wording = model::Wording::kSentence);

// All that find_place() could say, for people who ask why: its first is the first of these. `copied`, if it is given,
// gets what would be copied, if the disks allow it.
std::vector<model::Refusal> place_refusals(const Planning& planning, const model::DomainRef& domain,
                                           const model::Node& target, StoragePlan* copied = nullptr);

// Why a possible target comes last all the same: an earlier refusal, or a file that it may not have.
std::optional<model::Refusal> comes_last(const Planning& planning, const model::DomainRef& domain,
                                         const model::Node& target);

// The memory that would be promised to domains of the target with this one, ÷ the target's memory; counts those on
// their way to it. 0: its size is not known. A domain may take what it is promised at any time, so a target on which
// that is more than there is ranks after others: see promised_rank().
double promised_ratio(const Planning& planning, const model::DomainRef& domain, const model::Node& target);
// 0 up to all of the memory, then one more for each half of it.
int promised_rank(double promised_ratio);

// The action that moves the domain, with its effects in the decision; the projection includes its arrival from now on.
model::Action move_action(Planning& planning, const rules::Firing& firing, const Trip& trip, Decision& decision);

}  // namespace hotspot::plan
