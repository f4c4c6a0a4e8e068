// What the parts of a search share. Private to balance/.
//
// PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "actuator/plan/balance/random_steps.h"
#include "actuator/plan/balance/tally.h"
#include "actuator/plan/board/board.h"

namespace hotspot::plan {

struct Search {
  Board& board;
  Tally tally;
  RandomSteps random;
  std::vector<DomainIndex> movable;               // that may be displaced
  std::vector<DomainIndex> displaced;             // not at home now
  std::vector<std::uint32_t> place_in_displaced;  // by domain; kNone: it is at home
  std::size_t most_displaced = 0;
  std::uint64_t evaluations = 0;

  Search(Board& on, const ScoreTable& table, std::uint64_t seed);
  // Board, tally and the list of what is displaced. No check.
  void move(DomainIndex domain, NodeIndex target);
  void note(DomainIndex domain);  // after the board's move
};

}  // namespace hotspot::plan
