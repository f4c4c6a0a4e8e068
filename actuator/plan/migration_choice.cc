#include "actuator/plan/migration_choice.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

namespace hotspot::plan {
namespace {

constexpr double kRounding = 1e-9;
// Pairs are tried among this many of the cheapest for what they free.
constexpr std::size_t kMostPaired = 128;

using Indices = std::vector<std::size_t>;

class Choice {
 public:
  Choice(const std::vector<PossibleMove>& moves, double need) : moves_(moves), need_(need - kRounding) {}

  Indices least_cost() {
    Indices all = by([&](std::size_t i) { return std::tuple(-moves_[i].gain / cost(i), moves_[i].uuid); });
    offer_singles(all);
    offer_pairs(all);
    offer(without_superfluous(until_enough(all)));
    offer_largest_first(by([&](std::size_t i) { return std::tuple(-moves_[i].gain, moves_[i].uuid); }));
    return largest_first(best_);
  }

  Indices in_order(rules::Select select) const {
    const Indices all = by([&](std::size_t i) {
      return std::tuple(select == rules::Select::kHighestVsr ? -moves_[i].vsr : -moves_[i].cores, moves_[i].uuid);
    });
    for (const std::size_t i : all)
      if (moves_[i].gain >= need_) return {i};
    return until_enough(all);
  }

 private:
  double cost(std::size_t i) const { return moves_[i].seconds + kSecondsBetweenMoves; }

  template <typename Key>
  Indices by(const Key& key) const {
    Indices all(moves_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::sort(all.begin(), all.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return all;
  }

  Indices largest_first(Indices chosen) const {
    std::sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(-moves_[a].gain, moves_[a].uuid) < std::tuple(-moves_[b].gain, moves_[b].uuid);
    });
    return chosen;
  }

  double gain_of(const Indices& some) const {
    return std::accumulate(some.begin(), some.end(), 0.0,
                           [&](double sum, std::size_t i) { return sum + moves_[i].gain; });
  }

  // The first ones, as many as are needed; empty: all together, or kMaxMoves of them, are not enough.
  Indices until_enough(const Indices& all) const {
    Indices some;
    double gain = 0;
    for (const std::size_t i : all) {
      if (gain >= need_ || some.size() == kMaxMoves) break;
      some.push_back(i);
      gain += moves_[i].gain;
    }
    return gain >= need_ ? some : Indices{};
  }

  // Leaves out what the others do not need, the dearest first.
  Indices without_superfluous(Indices some) const {
    Indices dearest = some;
    std::sort(dearest.begin(), dearest.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(-cost(a), moves_[a].uuid) < std::tuple(-cost(b), moves_[b].uuid);
    });
    for (const std::size_t i : dearest)
      if (gain_of(some) - moves_[i].gain >= need_) std::erase(some, i);
    return some;
  }

  void offer(const Indices& some) {
    if (some.empty()) return;
    double cost_of_all = 0, downtime = 0;
    for (const std::size_t i : some) cost_of_all += cost(i), downtime += moves_[i].downtime_seconds;
    const auto key = std::tuple(cost_of_all, some.size(), downtime, -gain_of(some));
    if (!best_.empty() && !(key < best_key_)) return;
    best_ = some;
    best_key_ = key;
  }

  bool may_be_cheaper(double than) const { return best_.empty() || than <= std::get<0>(best_key_); }

  void offer_singles(const Indices& all) {
    Indices ordered = all;
    std::sort(ordered.begin(), ordered.end(),
              [&](std::size_t a, std::size_t b) { return moves_[a].uuid < moves_[b].uuid; });
    for (const std::size_t i : ordered)
      if (moves_[i].gain >= need_) offer({i});
  }

  void offer_pairs(const Indices& all) {
    const std::size_t most = std::min(all.size(), kMostPaired);
    for (std::size_t a = 0; a < most; ++a)
      for (std::size_t b = a + 1; b < most; ++b)
        if (moves_[all[a]].gain + moves_[all[b]].gain >= need_ && may_be_cheaper(cost(all[a]) + cost(all[b])))
          offer({all[a], all[b]});
  }

  // The largest, and in place of the last of them the cheapest that suffices.
  void offer_largest_first(const Indices& all) {
    Indices some = until_enough(all);
    if (some.empty()) return;
    some.pop_back();
    const double missing = need_ - gain_of(some);
    std::optional<std::size_t> last;
    for (const std::size_t i : all) {
      if (moves_[i].gain < missing || std::find(some.begin(), some.end(), i) != some.end()) continue;
      if (!last || cost(i) < cost(*last)) last = i;
    }
    if (!last) return;
    some.push_back(*last);
    offer(without_superfluous(some));
  }

  const std::vector<PossibleMove>& moves_;
  double need_;
  Indices best_;
  std::tuple<double, std::size_t, double, double> best_key_;
};

}  // namespace

std::vector<std::size_t> choose_moves(const std::vector<PossibleMove>& moves, double need, rules::Select select) {
  Choice choice(moves, need);
  return select == rules::Select::kLeastMigrationTime ? choice.least_cost() : choice.in_order(select);
}

}  // namespace hotspot::plan
