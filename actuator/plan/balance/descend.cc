#include "actuator/plan/balance/descend.h"

#include <algorithm>
#include <vector>

namespace hotspot::plan {
namespace {

// Nodes tried as targets of one domain, and as sources of one for the node in question; up to these numbers all.
constexpr NodeIndex kTargets = 256, kSources = 40;
// Of score; less is the noise of floating point.
constexpr double kLeastChange = 1e-12;

struct Offer {
  DomainIndex domain = kNone;
  NodeIndex target = kNone;
  double change = -kLeastChange;
};

class Descent {
 public:
  explicit Descent(Search& search)
      : search_(search), is_movable_(search.board.domains()), aside_(search.board.nodes()) {
    for (const DomainIndex d : search.movable) is_movable_[d] = 1;
  }

  void run(std::uint64_t evaluations) {
    const std::uint64_t end = search_.evaluations + evaluations;
    while (search_.displaced.size() < search_.most_displaced && search_.evaluations < end) {
      search_.tally.prepare_guide();
      const NodeIndex node = most_uneven();
      if (node == kNone) return;
      const Offer best = best_of(node);
      if (best.domain == kNone) {
        aside_[node] = 1;
        continue;
      }
      aside_[search_.board.node_of(best.domain)] = aside_[best.target] = 0;
      search_.move(best.domain, best.target);
    }
  }

 private:
  NodeIndex most_uneven() const {
    NodeIndex found = kNone;
    double most = 0;
    for (NodeIndex n = 0; n < search_.board.nodes(); ++n) {
      if (aside_[n] != 0) continue;
      const double weight = search_.tally.guided_weight(n);
      if (found == kNone || weight > most) {
        found = n;
        most = weight;
      }
    }
    return found;
  }

  bool may_move(DomainIndex domain) const {
    return is_movable_[domain] != 0 && search_.place_in_displaced[domain] == kNone;
  }

  void consider(DomainIndex domain, NodeIndex target, double change, Offer& best) {
    ++search_.evaluations;
    if (change < best.change && search_.board.fits(domain, target)) best = {domain, target, change};
  }

  // All nodes where there are few, else as many at random.
  NodeIndex choose(NodeIndex number, NodeIndex most) {
    const NodeIndex nodes = search_.board.nodes();
    return nodes <= most ? number : search_.random.below(nodes);
  }

  Offer best_of(NodeIndex node) {
    Offer best;
    const Board& board = search_.board;
    const NodeIndex targets = std::min(board.nodes(), kTargets), sources = std::min(board.nodes(), kSources);
    for (DomainIndex d = board.first_on(node); d != kNone; d = board.next_on(d)) {
      if (!may_move(d)) continue;
      const double leaves = search_.tally.guided_departure(d, node);
      for (NodeIndex i = 0; i < targets; ++i) {
        const NodeIndex target = choose(i, kTargets);
        if (target != node) consider(d, target, leaves + search_.tally.guided_arrival(d, target), best);
      }
    }
    for (NodeIndex i = 0; i < sources; ++i) {
      const NodeIndex source = choose(i, kSources);
      if (source == node) continue;
      for (DomainIndex d = board.first_on(source); d != kNone; d = board.next_on(d))
        if (may_move(d)) consider(d, node, search_.tally.guided_change(d, source, node), best);
    }
    return best;
  }

  Search& search_;
  std::vector<std::uint8_t> is_movable_, aside_;
};

}  // namespace

void descend(Search& search, std::uint64_t evaluations) { Descent(search).run(evaluations); }

}  // namespace hotspot::plan
