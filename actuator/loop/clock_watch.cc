#include "actuator/loop/clock_watch.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {

std::optional<Milliseconds> ClockWatch::moved(WallTime wall, Milliseconds steady) {
  const auto before = std::exchange(last_, Reading{wall, steady});
  if (!before) return std::nullopt;
  const auto by = std::chrono::duration_cast<Milliseconds>((wall - before->wall) - (steady - before->steady));
  if (std::max(by, -by) <= tolerance_) return std::nullopt;
  return by;
}

}  // namespace hotspot::loop
