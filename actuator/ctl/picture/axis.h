// Axes: chooses the numbers and times at the ticks, and formats them.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/model/series.h"
#include "actuator/model/time_zone.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

using MaybeUnit = std::optional<model::Unit>;

struct ValueAxis {
  double lowest = 0, highest = 1;
  std::vector<double> ticks;  // from the lowest to the highest, two to six
};

// Round numbers around the range of values. Ratios always span 0 to 1 if they use a good part of it; other values start
// at 0 if that is near.
ValueAxis value_axis(double lowest, double highest, MaybeUnit unit);
std::string value_text(double value, MaybeUnit unit);  // "92 %", "1.5 GiB/s", "2 min"

struct TimeTick {
  WallTime at{};
  std::string text;  // "18:00"; at the beginning of a day "Sat 21 Nov"
};

// At round local times of the zone: at most `most`.
std::vector<TimeTick> time_ticks(WallTime from, WallTime to, const model::TimeZone& zone, std::size_t most);
std::string date_text(WallTime time, const model::TimeZone& zone);  // "Sat 2026-11-21 18:00:05 CET"

}  // namespace hotspot::ctl
