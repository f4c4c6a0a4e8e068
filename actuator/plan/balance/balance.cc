#include "actuator/plan/balance/balance.h"

#include <algorithm>
#include <utility>

#include "actuator/plan/balance/anneal.h"
#include "actuator/plan/balance/descend.h"
#include "actuator/plan/balance/search.h"

namespace hotspot::plan {
namespace {

// Sends home what gains less than it must, in the order of domains, until all that are away gain enough.
void send_home_useless(Search& search, double least_gain) {
  std::vector<DomainIndex> displaced = search.displaced;
  std::sort(displaced.begin(), displaced.end());
  for (bool again = true; again;) {
    again = false;
    for (const DomainIndex d : displaced) {
      const NodeIndex home = search.board.home_of(d), here = search.board.node_of(d);
      if (here == home) continue;
      ++search.evaluations;
      const double gain = search.tally.score_if(d, here, home) - search.tally.score();
      if (gain > least_gain || !search.board.fits(d, home)) continue;
      search.move(d, home);
      again = true;
    }
  }
}

std::vector<BoardMove> wanted_moves(const Search& search) {
  std::vector<BoardMove> wanted;
  for (const DomainIndex d : search.displaced) wanted.push_back({d, search.board.home_of(d), search.board.node_of(d)});
  std::sort(wanted.begin(), wanted.end(), [](const BoardMove& a, const BoardMove& b) { return a.domain < b.domain; });
  return wanted;
}

}  // namespace

BalancePlan balance(Board& board, const BalanceOptions& options) {
  BalancePlan plan;
  plan.before = score_of(board, options.table);
  Board trial = board;
  Search search(trial, options.table, options.seed);
  search.most_displaced = options.most_moves;
  descend(search, options.evaluations);
  if (search.evaluations < options.evaluations) anneal(search, options.evaluations - search.evaluations);
  send_home_useless(search, options.least_gain);
  plan.evaluations = search.evaluations;
  const Board start = board;
  plan.moves = order_moves(board, options.table, wanted_moves(search), options.most_moves);
  plan.after = score_of(board, options.table);
  if (plan.after.total < plan.before.total) return plan;
  board = start;
  plan.moves.clear();
  plan.after = plan.before;
  return plan;
}

}  // namespace hotspot::plan
