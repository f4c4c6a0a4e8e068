#include "actuator/plan/balance/search.h"

namespace hotspot::plan {

Search::Search(Board& on, const ScoreTable& table, std::uint64_t seed)
    : board(on), tally(on, table), random(seed), place_in_displaced(on.domains(), kNone) {
  for (DomainIndex d = 0; d < on.domains(); ++d)
    if (!on.domain(d).fixed && on.unit_of(d).size() == 1) movable.push_back(d);
}

void Search::note(DomainIndex domain) {
  std::uint32_t& place = place_in_displaced[domain];
  const bool away = board.node_of(domain) != board.home_of(domain);
  if (away == (place != kNone)) return;
  if (away) {
    place = static_cast<std::uint32_t>(displaced.size());
    displaced.push_back(domain);
    return;
  }
  const DomainIndex last = displaced.back();
  displaced[place] = last;
  place_in_displaced[last] = place;
  displaced.pop_back();
  place_in_displaced[domain] = kNone;
}

void Search::move(DomainIndex domain, NodeIndex target) {
  tally.move(domain, board.node_of(domain), target);
  board.move(domain, target);
  note(domain);
}

}  // namespace hotspot::plan
