// Time zones of this machine, as values: from its tz database (/usr/share/zoneinfo), with Hinnant's date library.
//
// Thread rule: any thread.
#pragma once

#include <string>

#include "actuator/model/time_zone.h"
#include "telemetry/result.h"

namespace hotspot::io {

// "Europe/Berlin"; an error says what would be right. Rules extend to the end of 2037.
Result<model::TimeZone> time_zone(const std::string& name);
// The zone of this machine; UTC if there is none.
model::TimeZone local_time_zone();

}  // namespace hotspot::io
