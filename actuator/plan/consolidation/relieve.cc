#include "actuator/plan/consolidation/relieve.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {
namespace {

using Set = std::vector<std::size_t>;

// A cure that costs more than this is not worth it: a node is opened.
constexpr double kDearCure = 90;

class Relief {
 public:
  Relief(Load& load, std::size_t node) : load_(load), node_(node), need_(load.demand(node) - load.comfortable(node)) {}

  void apply() {
    find_best();
    if (best_.empty() || best_cost_ > kDearCure) try_unused_node();
    for (const Move& move : best_) load_.move(move.domain, move.to, Reason::kRelieve);
  }

 private:
  // Those whose copies take equally long or less are tried together: the node lacks CPU until the last has left.
  void find_best() {
    Set movable;
    for (const std::size_t domain : load_.domains_on(node_))
      if (load_.may_move(domain) && load_.domain(domain).demand > 0) movable.push_back(domain);
    std::stable_sort(movable.begin(), movable.end(),
                     [&](std::size_t a, std::size_t b) { return demand(a) > demand(b); });
    std::vector<double> times;
    for (const std::size_t domain : movable) times.push_back(load_.domain(domain).transfer_seconds);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (const double limit : times) {
      Set set;
      for (const std::size_t domain : movable)
        if (load_.domain(domain).transfer_seconds <= limit) set.push_back(domain);
      try_largest_first(set);
      try_singles_and_pairs(set);
    }
  }

  void try_largest_first(const Set& sorted) {
    Set taken;
    double sum = 0;
    for (std::size_t i = 0; i < sorted.size() && sum < need_; ++i) {
      taken.push_back(sorted[i]);
      sum += demand(sorted[i]);
    }
    if (sum < need_) return;
    sum -= demand(taken.back());
    for (std::size_t i = sorted.size(); i-- > taken.size() - 1;)
      if (sum + demand(sorted[i]) >= need_) {
        taken.back() = sorted[i];
        break;
      }
    attempt(taken);
  }

  void try_singles_and_pairs(const Set& sorted) {
    for (const std::size_t one : sorted)
      if (demand(one) >= need_) attempt({one});
    // With each, the smallest that suffices.
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      for (std::size_t j = sorted.size(); j-- > i + 1;)
        if (demand(sorted[i]) + demand(sorted[j]) >= need_) {
          attempt({sorted[i], sorted[j]});
          break;
        }
    }
  }

  void attempt(const Set& set) {
    const std::size_t before = load_.moves().size();
    const double risk = load_.risk(node_), ticks = load_.policy().horizons.relieve;
    double cost = 0, longest = 0;
    bool all = true;
    for (const std::size_t domain : set) {
      const auto target = cheapest_target(load_, domain, ticks);
      all = all && target.has_value();
      if (!target) break;
      cost += load_.move_cost(domain) + target->cost;
      longest = std::max(longest, load_.domain(domain).transfer_seconds);
      load_.move(domain, target->node, Reason::kRelieve);
    }
    if (all) keep_if_better(before, cost + longest + ticks * (load_.risk(node_) - risk));
    load_.undo_to(before);
  }

  void keep_if_better(std::size_t before, double cost) {
    if (!best_.empty() && cost >= best_cost_) return;
    best_.assign(load_.moves().begin() + static_cast<std::ptrdiff_t>(before), load_.moves().end());
    best_cost_ = cost;
  }

  // The largest first: few moves, and there is room enough.
  void try_unused_node() {
    const auto unused = best_unused_node(load_);
    if (!unused) return;
    std::vector<Move> moves;
    double missing = need_, room = load_.node(*unused).capacity;
    Set movable = load_.domains_on(node_);
    std::stable_sort(movable.begin(), movable.end(),
                     [&](std::size_t a, std::size_t b) { return demand(a) > demand(b); });
    for (const std::size_t domain : movable) {
      if (missing <= 0) break;
      if (!load_.may_move(domain) || !load_.fits(*unused, domain) || demand(domain) > room) continue;
      moves.push_back({domain, node_, *unused, Reason::kRelieve});
      missing -= demand(domain);
      room -= demand(domain);
    }
    if (missing <= 0 || best_.empty()) best_ = moves;
  }

  double demand(std::size_t domain) const { return load_.domain(domain).demand; }

  Load& load_;
  const std::size_t node_;
  const double need_;
  std::vector<Move> best_;
  double best_cost_ = 0;
};

}  // namespace

void relieve(Load& load) {
  std::vector<std::size_t> hot;
  for (const std::size_t node : load.open_nodes())
    if (load.overloaded(node)) hot.push_back(node);
  const auto excess = [&](std::size_t node) { return load.demand(node) - load.node(node).capacity; };
  std::stable_sort(hot.begin(), hot.end(), [&](std::size_t a, std::size_t b) { return excess(a) > excess(b); });
  for (const std::size_t node : hot) Relief(load, node).apply();
}

}  // namespace hotspot::plan::consolidation
