#include "actuator/loop/planning_turn.h"

#include <algorithm>

namespace hotspot::loop {
namespace {

bool drains(const rules::Firing& firing) {
  return firing.rule != nullptr &&
         std::any_of(firing.rule->remedies.begin(), firing.rule->remedies.end(),
                     [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
}

}  // namespace

PlanningTurn::Part PlanningTurn::next(const std::vector<rules::Firing>& all, std::size_t nodes) {
  const std::size_t most = std::clamp(kMostTargets / std::max<std::size_t>(nodes, 1), kLeastARound, kMostARound);
  Part part;
  std::vector<const rules::Firing*> others;
  for (const rules::Firing& firing : all) (drains(firing) ? part.firings : others).push_back(&firing);
  if (from_ >= others.size()) from_ = 0;
  // However many nodes are drained, some of the others have their turn.
  const std::size_t room = std::max(most - std::min(most, part.firings.size()), most / 4);
  const std::size_t count = std::min(room, others.size() - from_);
  const auto first = others.begin() + static_cast<std::ptrdiff_t>(from_);
  part.firings.insert(part.firings.end(), first, first + static_cast<std::ptrdiff_t>(count));
  from_ += count;
  part.came_round = from_ >= others.size();
  return part;
}

}  // namespace hotspot::loop
