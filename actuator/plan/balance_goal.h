// What a rule about the cluster's imbalance wants: of which resources, and how far down.
//
// PURE. Private to the planner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/balance/score.h"
#include "actuator/plan/planning.h"

namespace hotspot::plan {

struct BalanceGoal {
  std::optional<rules::AimedAt> resource;  // empty: the rule does not tell, all count alike
  std::optional<double> mark;              // the rule holds above this deviation; empty: not known
  std::optional<double> below;             // cured below it
  ScoreTable table;                        // the terms by which moves are compared
};
// Of several resources, the one of the firing's label `resource`; else the first whose mark its deviation on the board
// exceeds.
BalanceGoal balance_goal(const rules::Firing& firing, const Board& board);

// The deviation of the goal's resource; of all together if it has none.
double deviation_of(const BalanceGoal& goal, const Score& score);
bool is_cured(const BalanceGoal& goal, const Score& score);

// Would these moves bring the deviation of another resource above the mark of a rule of the set? A sentence without its
// end; empty: no.
std::string disturbed_rule(const Planning& planning, const Score& before, const Score& after);

}  // namespace hotspot::plan
