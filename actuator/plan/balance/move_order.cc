#include "actuator/plan/balance/move_order.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "actuator/plan/balance/tally.h"

namespace hotspot::plan {
namespace {

// Nodes that are tried as a stop on the way.
constexpr NodeIndex kStops = 200;

class Ordering {
 public:
  Ordering(Board& board, const ScoreTable& table, std::size_t most)
      : board_(board), tally_(board, table), most_(most) {}

  std::vector<BoardMove> order(std::vector<BoardMove> waiting) {
    sort_by_gain(waiting);
    while (!waiting.empty() && made_.size() < most_) {
      if (make_what_fits(waiting)) continue;
      if (!make_way(waiting)) break;
    }
    return std::move(made_);
  }

 private:
  void sort_by_gain(std::vector<BoardMove>& moves) {
    std::vector<std::pair<double, BoardMove>> ranked;
    for (const BoardMove& one : moves) ranked.emplace_back(tally_.guided_change(one.domain, one.from, one.to), one);
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < moves.size(); ++i) moves[i] = ranked[i].second;
  }

  void make(const BoardMove& one) {
    board_.move(one.domain, one.to);
    made_.push_back(one);
  }

  // False: nothing fits.
  bool make_what_fits(std::vector<BoardMove>& waiting) {
    const std::size_t before = made_.size();
    std::erase_if(waiting, [&](const BoardMove& one) {
      if (made_.size() >= most_ || !board_.fits(one.domain, one.to)) return false;
      make(one);
      return true;
    });
    return made_.size() > before;
  }

  // Each of those that wait needs what another holds: one of them stops on the way, if that lets another go. Only those
  // that wait for the node that it leaves can go then.
  bool make_way(std::vector<BoardMove>& waiting) {
    if (made_.size() + waiting.size() + 1 > most_) return false;
    std::vector<std::vector<DomainIndex>> waiting_for(board_.nodes());
    for (const BoardMove& one : waiting) waiting_for[one.to].push_back(one.domain);
    for (BoardMove& one : waiting) {
      const std::vector<DomainIndex>& others = waiting_for[one.from];
      for (NodeIndex stop = 0; !others.empty() && stop < std::min(board_.nodes(), kStops); ++stop) {
        if (stop == one.to || !board_.fits(one.domain, stop)) continue;
        const Board::Moved tried = board_.move(one.domain, stop);
        const bool helps =
            std::any_of(others.begin(), others.end(), [&](DomainIndex other) { return board_.fits(other, one.from); });
        if (helps) {
          made_.push_back({one.domain, one.from, stop});
          one.from = stop;
          return true;
        }
        board_.undo(tried);
      }
    }
    return false;
  }

  Board& board_;
  Tally tally_;
  std::size_t most_;
  std::vector<BoardMove> made_;
};

}  // namespace

std::vector<BoardMove> order_moves(Board& board, const ScoreTable& table, std::vector<BoardMove> wanted,
                                   std::size_t most) {
  return Ordering(board, table, most).order(std::move(wanted));
}

}  // namespace hotspot::plan
