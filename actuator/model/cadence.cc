#include "actuator/model/cadence.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/cluster.h"

namespace hotspot::model {

void Cadence::note(Milliseconds taken_apart, Milliseconds received_apart) {
  if (taken_apart <= Milliseconds(0) || received_apart * 4 < taken_apart) return;
  gaps[seen++ % kGaps] = std::min(taken_apart, received_apart);
}

Milliseconds Cadence::interval() const {
  if (!is_known()) return said;
  const auto used = static_cast<std::ptrdiff_t>(std::min(seen, kGaps));
  return std::min(said, *std::max_element(gaps.begin(), gaps.begin() + used));
}

Milliseconds max_age(const Cadence& cadence, const Freshness& freshness) {
  const double ms = static_cast<double>(cadence.interval().count()) * freshness.max_age_intervals;
  auto by_interval = Milliseconds(std::llround(ms));
  const Milliseconds most = std::max(freshness.max_interval, cadence.said + freshness.min_max_age);
  if (!cadence.is_known()) by_interval = std::min(by_interval, most);
  return std::max(by_interval, freshness.min_max_age);
}

}  // namespace hotspot::model
