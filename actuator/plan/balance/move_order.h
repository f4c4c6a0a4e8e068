// Puts moves in an order in which each of them fits when its turn comes. Private to balance/.
//
// PURE. Migrations are made one after the other: a move must fit while all others are where they are at that time, with
// the domain at both ends. Those that gain most come first; one that does not fit yet waits. Where several wait for
// each other, one goes by way of a third node, which costs a move; a move for which there is no way is given up.
#pragma once

#include <cstddef>
#include <vector>

#include "actuator/plan/balance/score.h"

namespace hotspot::plan {

struct BoardMove {
  DomainIndex domain;
  NodeIndex from, to;
  bool operator==(const BoardMove&) const = default;
};

// `board`: at the start, and afterwards at the end of the moves. `wanted`: one move a domain. At most `most` moves.
std::vector<BoardMove> order_moves(Board& board, const ScoreTable& table, std::vector<BoardMove> wanted,
                                   std::size_t most);

}  // namespace hotspot::plan
