// This machine's local time zone, including $TZ: the same as `date`, so that pictures and tables agree.
#pragma once

#include "actuator/model/time_zone.h"

namespace hotspot::ctl {

// Exact between these times; outside, the offset of the nearer end applies.
model::TimeZone machine_zone(WallTime from, WallTime to);

}  // namespace hotspot::ctl
