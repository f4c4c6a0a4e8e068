#include "actuator/plan/consolidation/pack.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {
namespace {

constexpr double kSpreadFrom = 2;
// Of a kept node's capacity, the demand of now.
constexpr double kFillTo = 0.9;
// All nodes are filled evenly, so that less happens than each by itself risks; and a later tick can correct.
constexpr double kRiskWeight = 0.55;

struct Ranked {
  std::size_t node;
  double value;
};

class Packing {
 public:
  explicit Packing(Load& load) : load_(load) {
    rank_nodes();
    for (std::size_t i = 0; i < load_.cluster().domains.size(); ++i) by_mean_.push_back(i);
    std::stable_sort(by_mean_.begin(), by_mean_.end(),
                     [&](std::size_t a, std::size_t b) { return load_.domain(a).mean > load_.domain(b).mean; });
  }

  bool worthwhile() const {
    return !ranked_.empty() && static_cast<double>(load_.open_nodes().size()) > kSpreadFrom * needed();
  }

  void apply() {
    const double now = cost_of_now();
    const auto least = static_cast<std::size_t>(std::ceil(needed()));
    for (std::size_t count = std::max<std::size_t>(least, 1); count <= std::min(2 * least, ranked_.size()); ++count) {
      const double cost = packed(count);
      if (cost < now && (best_.empty() || cost < best_cost_)) {
        best_cost_ = cost;
        best_ = load_.moves();
      }
      load_.undo_to(0);
    }
    for (const Move& move : best_) load_.move(move.domain, move.to, Reason::kPack);
  }

 private:
  // Nodes that do most for a watt, and of these the ones whose domains are dearest to move.
  void rank_nodes() {
    double most = 0;
    const auto target = [&](std::size_t node) { return load_.node(node).use == Node::Use::kTarget; };
    for (const std::size_t node : load_.open_nodes())
      if (target(node)) most = std::max(most, efficiency_of(load_.node(node)));
    for (const std::size_t node : load_.open_nodes()) {
      if (!target(node) || efficiency_of(load_.node(node)) < most) continue;
      double value = 0;
      for (const std::size_t domain : load_.domains_on(node)) value += load_.move_cost(domain);
      if (load_.demand(node) <= kFillTo * load_.node(node).capacity) ranked_.push_back({node, value});
    }
    std::stable_sort(ranked_.begin(), ranked_.end(),
                     [](const Ranked& a, const Ranked& b) { return a.value > b.value; });
  }

  double needed() const {
    double mean = 0;
    for (const std::size_t node : load_.open_nodes()) mean += load_.mean(node);
    return mean / load_.node(ranked_.front().node).capacity;
  }

  double cost_of_now() const {
    double cost = 0;
    for (const std::size_t node : load_.open_nodes())
      cost += load_.policy().horizons.pack * (load_.idle_cost(node) + kRiskWeight * load_.risk(node));
    return cost;
  }

  // With that many nodes kept, and all domains of others moved to them if there is room.
  double packed(std::size_t count) {
    std::vector<char> kept(load_.cluster().nodes.size(), 0);
    for (std::size_t i = 0; i < count; ++i) kept[ranked_[i].node] = 1;
    double cost = 0;
    for (const std::size_t domain : by_mean_) {
      if (kept[load_.node_of(domain)] != 0 || !load_.may_move(domain)) continue;
      const auto target = roomiest(count, domain);
      if (!target) return kUnlimited;
      cost += load_.move_cost(domain) + load_.arrival_cost(*target, domain);
      load_.move(domain, *target, Reason::kPack);
    }
    return cost + cost_of_now();
  }

  std::optional<std::size_t> roomiest(std::size_t count, std::size_t domain) const {
    std::optional<std::size_t> best;
    double most = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t node = ranked_[i].node;
      const double full = kFillTo * load_.node(node).capacity;
      if (load_.demand(node) + load_.domain(domain).demand > full || !load_.fits(node, domain)) continue;
      const double slack = load_.slack_with(node, domain);
      if (best && slack <= most) continue;
      best = node;
      most = slack;
    }
    return best;
  }

  Load& load_;
  std::vector<Ranked> ranked_;
  std::vector<std::size_t> by_mean_;
  std::vector<Move> best_;
  double best_cost_ = 0;
};

}  // namespace

void pack(Load& load) {
  if (!load.moves().empty()) return;
  Packing packing(load);
  if (packing.worthwhile()) packing.apply();
}

}  // namespace hotspot::plan::consolidation
