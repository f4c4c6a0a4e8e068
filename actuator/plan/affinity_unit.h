// Domains that belong together move as a unit, one after the other: first the one that others must be with, then those.
//
// PURE. Private to the planner. Until the last has arrived the unit is in two places; decisions say so, and
// follow_ups() brings the rest if the hotspot ends meanwhile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/planning.h"
#include "actuator/plan/relief.h"

namespace hotspot::plan {

// The domains of its node that have to follow the domain, in the order of their moves: their affinity names its group
// (or that of another one of them), and no other domain of that group would stay behind.
std::vector<model::DomainRef> followers(const Planning& planning, const model::DomainRef& domain);

// Does a domain of the group follow? Then it need not be on the target already.
bool brings_along(const Planning& planning, const model::DomainRef& domain, const std::string& group);

// Why the followers could not all go there too, beside the domain; empty: they can, or there are none. `mode`: in which
// the domain would be moved.
std::optional<model::Refusal> unit_refusal(const Planning& planning, const Trip& trip, Mode mode,
                                           const model::Margins& margins);

// Why a follower could not begin to move soon after the domain: it cools down, or something else is done to it.
std::optional<model::Refusal> follower_delay(const Planning& planning, const model::DomainRef& domain);

// Domains whose group was moved away from them within Limits::return_rest, or while they cooled down: each gets a
// decision to follow, in the mode that the rule has now, or why it cannot. What is only delayed gets none. The actions
// are counted.
std::vector<Decision> follow_ups(Planning& planning);

}  // namespace hotspot::plan
