// Makes the cluster even: the remedy `balance`, for a rule about the cluster.
//
// PURE. Private to the planner. Each round plans all moves anew on a board (board_to_plan() of cluster_board.h) by the
// search of balance/, as few of them as bring the imbalance that the rule is about below its mark, and begins the first
// that nothing delays: an ordinary migration. docs/planner.md has the terms of the score and what is refused.
#pragma once

#include <optional>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

std::optional<model::Action> try_balance(Planning& planning, const rules::Firing& firing, const rules::Balance& remedy,
                                         Decision& decision);

}  // namespace hotspot::plan
