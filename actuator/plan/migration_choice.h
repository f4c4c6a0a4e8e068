// Which domains to move so that a node is cured at the least cost: one, two, or several small ones.
//
// PURE. Figures only, no cluster. Deterministic: the order of the input does not matter.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "actuator/rules/rule_set.h"

namespace hotspot::plan {

// A domain that may be moved, as the choice sees it.
struct PossibleMove {
  std::string uuid;
  double gain = 0;                           // share of the source's resource that the move frees
  double cores = 0;                          // that the domain wants
  double seconds = 0, downtime_seconds = 0;  // predicted
  double vsr = 0;                            // model/load.h
};

// One move costs its predicted time, and this: the next one waits for fresh figures of both nodes, and the node stays
// hot meanwhile.
constexpr double kSecondsBetweenMoves = 10;
// No plan has more moves.
constexpr std::size_t kMaxMoves = 24;

// Indices of the moves that together free at least `need`, the one that frees most first. Empty: all together do not.
// With the least migration time: the least cost in all; of equals the fewest moves, then the least downtime. With other
// selections the moves are taken in the order of the selection; a single one that suffices comes before several.
std::vector<std::size_t> choose_moves(const std::vector<PossibleMove>& moves, double need, rules::Select select);

}  // namespace hotspot::plan
