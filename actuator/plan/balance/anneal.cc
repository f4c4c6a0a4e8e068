#include "actuator/plan/balance/anneal.h"

#include <algorithm>
#include <vector>

namespace hotspot::plan {
namespace {

// The temperature at the start, in units of score, for a cluster of kNodes nodes: a move changes the score of a larger
// one by less.
constexpr double kHot = 1e-3, kNodes = 40;
// Part x of the way it is kHot ÷ (1 + kCooling x + … x³), and kHot ÷ kCold at the end: near to geometric, without a
// power, whose last digit differs between C libraries.
constexpr double kCooling = 9, kCold = 100;
// Steps between two changes of temperature, and between two new sums.
constexpr std::uint64_t kStretch = 1024, kSumAgain = 64 * kStretch;
// A hundred steps: below kRetarget another node for a displaced domain; below kExchange one goes home and any other is
// displaced in its stead; below kReplace, one from its home to where it was; else one goes home. While more domains may
// be displaced, one is in kMore of a hundred.
constexpr std::uint32_t kRetarget = 35, kExchange = 80, kReplace = 97, kMore = 40;

class Annealing {
 public:
  explicit Annealing(Search& search)
      : search_(search), board_(search.board), score_(search.tally.score()), is_movable_(search.board.domains()) {
    for (const DomainIndex d : search.movable) is_movable_[d] = 1;
  }

  void run(std::uint64_t evaluations) {
    const double hot = kHot * kNodes / std::max<double>(1, board_.nodes()), steps = static_cast<double>(evaluations);
    for (std::uint64_t step = 0; step < evaluations; ++step) {
      if (step % kStretch == 0) {
        const double x = static_cast<double>(step) / steps;
        temperature_ = hot / (1 + x * (kCooling + (kCold - 1 - kCooling) * x * x));
        search_.tally.prepare_guide();
      }
      if (step % kSumAgain == 0) {
        search_.tally.sum_again();
        score_ = search_.tally.score();
      }
      one_step();
      ++search_.evaluations;
    }
  }

 private:
  bool is_taken(double score) { return score < score_ + temperature_ * search_.random.exponential(); }
  NodeIndex any_node() { return search_.random.below(board_.nodes()); }
  DomainIndex any_displaced() {
    return search_.displaced[search_.random.below(static_cast<std::uint32_t>(search_.displaced.size()))];
  }
  DomainIndex any_movable() {
    return search_.movable[search_.random.below(static_cast<std::uint32_t>(search_.movable.size()))];
  }

  void one_step() {
    const std::uint32_t chance = search_.random.below(100);
    if (search_.displaced.size() < search_.most_displaced && chance < kMore)
      displace();
    else if (search_.displaced.empty())
      return;
    else if (chance < kRetarget)
      retarget();
    else if (chance < kExchange)
      exchange_freely();
    else if (chance < kReplace)
      replace();
    else
      go_home(any_displaced());
  }

  void displace() {
    const DomainIndex domain = any_burden();
    one_move(domain, any_place(domain));
  }

  void retarget() {
    const DomainIndex domain = any_displaced();
    one_move(domain, any_place(domain));
  }

  void exchange_freely() {
    const DomainIndex other = any_burden();
    exchange(any_displaced(), other, any_place(other));
  }

  // What goes home makes room where it was for one from there: as many domains as before on each node.
  void replace() {
    const DomainIndex away = any_displaced(), other = any_on(board_.home_of(away));
    if (other != kNone) exchange(away, other, board_.node_of(away));
  }

  // Of two, the one whose departure, or arrival, the guide likes better.
  DomainIndex any_burden() {
    const DomainIndex a = any_movable(), b = any_movable();
    const bool first =
        search_.tally.guided_departure(a, board_.node_of(a)) <= search_.tally.guided_departure(b, board_.node_of(b));
    return first ? a : b;
  }
  NodeIndex any_place(DomainIndex domain) {
    const NodeIndex a = any_node(), b = any_node();
    return search_.tally.guided_arrival(domain, a) <= search_.tally.guided_arrival(domain, b) ? a : b;
  }

  void one_move(DomainIndex domain, NodeIndex target) {
    const NodeIndex from = board_.node_of(domain);
    if (from == target) return;
    const double score = search_.tally.score_if(domain, from, target);
    if (!is_taken(score) || !board_.fits(domain, target)) return;
    search_.move(domain, target);
    score_ = score;
  }

  // Of those on the node; kNone: there is none.
  DomainIndex any_on(NodeIndex node) {
    if (board_.population(node) == 0) return kNone;
    DomainIndex found = board_.first_on(node);
    for (std::uint32_t skip = search_.random.below(board_.population(node)); skip > 0; --skip)
      found = board_.next_on(found);
    return found;
  }

  void go_home(DomainIndex domain) { one_move(domain, board_.home_of(domain)); }

  // `away` goes home, and `other`, which is at home, goes to the target.
  void exchange(DomainIndex away, DomainIndex other, NodeIndex target) {
    const NodeIndex from = board_.node_of(away), home = board_.home_of(away), here = board_.node_of(other);
    if (is_movable_[other] == 0 || search_.place_in_displaced[other] != kNone || here == target) return;
    const Tally::Saved saved = search_.tally.save(from, home);
    search_.tally.move(away, from, home);
    const double score = search_.tally.score_if(other, here, target);
    if (is_taken(score) && do_exchange(away, other, target)) {
      search_.tally.move(other, here, target);
      score_ = score;
      return;
    }
    search_.tally.restore(saved);
  }

  // The board's side: first `away` goes home, then the other must fit; and `away` must fit at home after it has left.
  bool do_exchange(DomainIndex away, DomainIndex other, NodeIndex target) {
    const Board::Moved back = board_.move(away, board_.home_of(away));
    if (!board_.fits(other, target)) {
      board_.undo(back);
      return false;
    }
    const Board::Moved gone = board_.move(other, target);
    if (!stands(away)) {
      board_.undo(gone);
      board_.undo(back);
      return false;
    }
    search_.note(away);
    search_.note(other);
    return true;
  }

  // Does the domain fit where it is?
  bool stands(DomainIndex domain) {
    const NodeIndex here = board_.node_of(domain);
    const Board::Moved out = board_.move(domain, here == 0 ? 1 : 0);
    const bool fits = board_.fits(domain, here);
    board_.undo(out);
    return fits;
  }

  Search& search_;
  Board& board_;
  double score_, temperature_ = 0;
  std::vector<std::uint8_t> is_movable_;
};

}  // namespace

void anneal(Search& search, std::uint64_t evaluations) {
  if (search.movable.empty() || search.most_displaced == 0 || search.board.nodes() < 2) return;
  const std::vector<DomainIndex> before = search.displaced;
  std::vector<NodeIndex> places;
  for (const DomainIndex d : before) places.push_back(search.board.node_of(d));
  const double score = search.tally.score();
  Annealing(search).run(evaluations);
  search.tally.sum_again();
  if (search.tally.score() <= score) return;
  while (!search.displaced.empty()) search.move(search.displaced.back(), search.board.home_of(search.displaced.back()));
  for (std::size_t i = 0; i < before.size(); ++i) search.move(before[i], places[i]);
}

}  // namespace hotspot::plan
