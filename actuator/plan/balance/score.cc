#include "actuator/plan/balance/score.h"

#include <algorithm>
#include <cmath>

namespace hotspot::plan {

const ScoreTable& balance_table() {
  static const ScoreTable table{{"cpu demand", Quantity::kDemand, BoardResource::kCpu, 1, 0},
                                {"memory demand", Quantity::kDemand, BoardResource::kMemory, 1, 0},
                                {"network demand", Quantity::kDemand, BoardResource::kNetwork, 1, 0},
                                {"disk demand", Quantity::kDemand, BoardResource::kDisk, 1, 0},
                                {"cpu allocated", Quantity::kAllocated, BoardResource::kCpu, 0.5, 0},
                                {"memory allocated", Quantity::kAllocated, BoardResource::kMemory, 0.5, 0}};
  return table;
}

double divisor_of(const ScoreTerm& term, const BoardNode& node) {
  return static_cast<double>(term.unit > 0 ? term.unit : of(node.capacity, term.resource));
}

Amount amount_of(const ScoreTerm& term, const Amounts& demand, const Amounts& allocated) {
  return of(term.quantity == Quantity::kDemand ? demand : allocated, term.resource);
}

Score score_of(const Board& board, const ScoreTable& table) {
  Score score;
  std::vector<double> ratios;
  for (const ScoreTerm& term : table) {
    double sum = 0, squares = 0;
    ratios.clear();
    for (NodeIndex n = 0; n < board.nodes(); ++n) {
      const double divisor = divisor_of(term, board.node(n));
      if (divisor <= 0) continue;
      ratios.push_back(static_cast<double>(amount_of(term, board.demand(n), board.allocated(n))) / divisor);
      sum += ratios.back();
    }
    const double nodes = std::max<double>(1, static_cast<double>(ratios.size()));
    for (const double ratio : ratios) squares += (ratio - sum / nodes) * (ratio - sum / nodes);
    score.terms.push_back({term.name, term.weight, std::sqrt(squares / nodes)});
    score.total += term.weight * score.terms.back().deviation;
  }
  return score;
}

}  // namespace hotspot::plan
