#include "actuator/plan/consolidation/empty.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "actuator/plan/consolidation/target.h"

namespace hotspot::plan::consolidation {
namespace {

// So many nodes are tried, those with the least load.
constexpr std::size_t kTried = 12;
constexpr double kDeviationsOfLoad = 0.3;

bool may_be_emptied(const Load& load, std::size_t node) {
  if (load.overloaded(node) || load.receives(node)) return false;
  const auto& domains = load.domains_on(node);
  return std::all_of(domains.begin(), domains.end(), [&](std::size_t domain) { return load.may_move(domain); });
}

std::vector<std::size_t> candidates(const Load& load) {
  std::vector<std::size_t> nodes;
  for (const std::size_t node : load.open_nodes())
    if (may_be_emptied(load, node)) nodes.push_back(node);
  const auto size = [&](std::size_t node) { return load.mean(node) + kDeviationsOfLoad * load.deviation(node); };
  std::stable_sort(nodes.begin(), nodes.end(), [&](std::size_t a, std::size_t b) { return size(a) < size(b); });
  if (nodes.size() > kTried) nodes.resize(kTried);
  return nodes;
}

// Moves all of the node's domains; what it costs besides what it saves, or nothing if one has no target or it would be
// dearer than `bound`. The moves are to be undone then, too.
std::optional<double> emptied(Load& load, std::size_t node, double bound) {
  const double ticks = load.policy().horizons.empty;
  double cost = -ticks * (load.idle_cost(node) + load.risk(node));
  std::vector<std::size_t> domains = load.domains_on(node);
  std::stable_sort(domains.begin(), domains.end(),
                   [&](std::size_t a, std::size_t b) { return load.domain(a).mean > load.domain(b).mean; });
  for (const std::size_t domain : domains) {
    const auto target = cheapest_target(load, domain, ticks);
    if (!target) return std::nullopt;
    cost += load.move_cost(domain) + target->cost;
    if (cost >= bound) return std::nullopt;
    load.move(domain, target->node, Reason::kEmpty);
  }
  return cost;
}

bool empty_the_best(Load& load) {
  const std::size_t before = load.moves().size();
  double least = 0;
  std::vector<Move> best;
  for (const std::size_t node : candidates(load)) {
    if (const auto cost = emptied(load, node, least)) {
      least = *cost;
      best.assign(load.moves().begin() + static_cast<std::ptrdiff_t>(before), load.moves().end());
    }
    load.undo_to(before);
  }
  for (const Move& move : best) load.move(move.domain, move.to, Reason::kEmpty);
  return !best.empty();
}

}  // namespace

void empty_nodes(Load& load) {
  while (empty_the_best(load)) {
  }
}

}  // namespace hotspot::plan::consolidation
