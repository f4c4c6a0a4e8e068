// How uneven a board is: a table of named terms, each the standard deviation over the nodes of one ratio.
//
// PURE. The form is that of Ganeti's cluster score (htools: weighted sum of standard deviations): 0 is perfectly even.
// A term is a quantity of the board divided by the node's capacity, or by a unit that is the same for all nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "actuator/plan/board/board.h"

namespace hotspot::plan {

enum class Quantity : std::uint8_t { kDemand, kAllocated };

struct ScoreTerm {
  std::string_view name;  // a literal: "cpu demand"
  Quantity quantity = Quantity::kDemand;
  BoardResource resource = BoardResource::kCpu;
  double weight = 1;
  Amount unit = 0;  // 0: the node's capacity; a node without one does not count
};
inline constexpr std::size_t kMostTerms = 8;
using ScoreTable = std::vector<ScoreTerm>;  // at most kMostTerms; others are not counted

// Demand for CPU, memory, network and disk with weight 1, what is allocated of CPU and memory with weight ½.
const ScoreTable& balance_table();

struct TermScore {
  std::string_view name;
  double weight = 1, deviation = 0;
};
struct Score {
  double total = 0;
  std::vector<TermScore> terms;
};
// Computed from the board's sums, in two passes: what a search reports is this.
Score score_of(const Board& board, const ScoreTable& table);

// What the term divides by on this node; 0: not known.
double divisor_of(const ScoreTerm& term, const BoardNode& node);
Amount amount_of(const ScoreTerm& term, const Amounts& demand, const Amounts& allocated);

}  // namespace hotspot::plan
