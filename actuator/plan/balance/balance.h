// Balance: few moves that make a board as even as they can.
//
// PURE. The same board, options and seed give the same plan. The effort is counted in evaluations of a move, not in
// time. Four parts: a guided incremental search (descend.h), annealing with a bound on the displaced domains
// (anneal.h), sending home what gains too little, and an order of the moves in which none exceeds a limit on the way
// (move_order.h).
//
// Domains that others must be with, or that must be with others, stay where they are.
// Source of the score: score.h. Constants and limits: docs/planner.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "actuator/plan/balance/move_order.h"
#include "actuator/plan/balance/score.h"
#include "actuator/plan/board/board.h"

namespace hotspot::plan {

struct BalanceOptions {
  const ScoreTable& table = balance_table();
  std::size_t most_moves = 100;
  double least_gain = 0;  // of score, a move: what gains less is left out
  std::uint64_t evaluations = 2'000'000;
  std::uint64_t seed = 1;
};

struct BalancePlan {
  std::vector<BoardMove> moves;  // in the order in which they can be made
  Score before, after;           // after: by all moves, computed anew
  std::uint64_t evaluations = 0;
};

// `board` is left as the plan would make it; without a gain, as it was.
BalancePlan balance(Board& board, const BalanceOptions& options);

}  // namespace hotspot::plan
