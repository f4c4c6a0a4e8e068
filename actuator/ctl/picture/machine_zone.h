// The local time that this machine shows, $TZ included: what `date` says, so that a picture and a table agree.
#pragma once

#include "actuator/model/time_zone.h"

namespace hotspot::ctl {

// Exact between these times; before and after, as at the nearer of the two.
model::TimeZone machine_zone(WallTime from, WallTime to);

}  // namespace hotspot::ctl
