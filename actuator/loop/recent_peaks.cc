#include "actuator/loop/recent_peaks.h"

#include <algorithm>
#include <chrono>

namespace hotspot::loop {
namespace {

std::int64_t clock_minute(WallTime at) {
  return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

void take_greatest(RecentPeaks::Counts& into, const RecentPeaks::Counts& from) {
  for (const auto& [name, count] : from) {
    if (count == 0) continue;
    std::uint64_t& most = into[name];
    most = std::max(most, count);
  }
}

}  // namespace

void RecentPeaks::saw(const Counts& counts, WallTime now) {
  const std::int64_t minute = clock_minute(now);
  if (minute != minute_) {
    of_minute_before_ = minute == minute_ + 1 ? std::move(of_minute_) : Counts();
    of_minute_.clear();
    minute_ = minute;
  }
  take_greatest(of_minute_, counts);
}

RecentPeaks::Counts RecentPeaks::at(WallTime now) const {
  const std::int64_t passed = clock_minute(now) - minute_;
  if (passed < 0 || passed > 1) return {};
  Counts all = of_minute_;
  if (passed == 0) take_greatest(all, of_minute_before_);
  return all;
}

}  // namespace hotspot::loop
