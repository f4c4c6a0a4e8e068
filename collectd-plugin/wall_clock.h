// The time of day, in the unit of snapshots.
#pragma once

#include <chrono>

#include "telemetry/units.h"

namespace hotspot::collector {

inline WallTime wall_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

}  // namespace hotspot::collector
