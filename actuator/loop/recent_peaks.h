// The maximum of each count within the current minute and the previous one, by the clock.
//
// A reader at the beginning of each minute sees what lasted only for seconds. PURE. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "telemetry/units.h"

namespace hotspot::loop {

class RecentPeaks {
 public:
  using Counts = std::map<std::string, std::uint64_t>;

  void saw(const Counts& counts, WallTime now);
  Counts at(WallTime now) const;  // what was 0 all the time is not in it
  void clear() { *this = RecentPeaks(); }

 private:
  std::int64_t minute_ = 0;
  Counts of_minute_, of_minute_before_;
};

}  // namespace hotspot::loop
