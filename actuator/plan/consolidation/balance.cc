#include "actuator/plan/consolidation/balance.h"

#include <optional>

#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {
namespace {

// Of what an open node costs: the risk at which opening one is tried.
constexpr double kOpenFrom = 0.69;

struct Best {
  std::size_t domain = kNowhere, node = 0;
  double gain = 0;
};

// What the source gains when a domain leaves it, less the move.
double gain_of_leaving(const Load& load, std::size_t domain, double ticks) {
  const std::size_t node = load.node_of(domain);
  return ticks * (load.risk(node) - load.risk_without(node, domain)) - load.move_cost(domain);
}

template <typename TargetOf>
Best best_single_move(const Load& load, double ticks, double least, TargetOf target_of) {
  Best best;
  best.gain = least;
  for (const std::size_t node : load.open_nodes()) {
    if (ticks * load.risk(node) <= best.gain) continue;
    for (const std::size_t domain : load.domains_on(node)) {
      if (!load.may_move(domain)) continue;
      const double gain = gain_of_leaving(load, domain, ticks);
      if (gain <= best.gain) continue;
      const std::optional<Target> target = target_of(domain);
      if (target && gain - target->cost > best.gain) best = {domain, target->node, gain - target->cost};
    }
  }
  return best;
}

}  // namespace

void balance(Load& load) {
  const double ticks = load.policy().horizons.balance;
  const Best best = best_single_move(load, ticks, load.policy().balance_gain,
                                     [&](std::size_t domain) { return cheapest_target(load, domain, ticks); });
  if (best.domain != kNowhere) load.move(best.domain, best.node, Reason::kBalance);
}

void open_node(Load& load) {
  const auto unused = best_unused_node(load);
  if (!unused) return;
  const double ticks = load.policy().horizons.open;
  double risk = 0;
  for (const std::size_t node : load.open_nodes()) risk += ticks * load.risk(node);
  const double price = ticks * load.idle_cost(*unused);
  if (risk <= kOpenFrom * price) return;
  const std::size_t before = load.moves().size();
  double net = -price;
  const auto there = [&](std::size_t domain) -> std::optional<Target> {
    if (load.node_of(domain) == *unused || !load.fits(*unused, domain)) return std::nullopt;
    return Target{*unused,
                  load.arrival_cost(*unused, domain) + ticks * (load.risk_with(*unused, domain) - load.risk(*unused))};
  };
  while (true) {
    const Best best = best_single_move(load, ticks, 0, there);
    if (best.domain == kNowhere) break;
    load.move(best.domain, best.node, Reason::kOpen);
    net += best.gain;
  }
  if (net <= 0) load.undo_to(before);
}

}  // namespace hotspot::plan::consolidation
