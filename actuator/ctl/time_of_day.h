// Parses times as an operator writes them, in the time zone of this machine.
#pragma once

#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

// "18:00": the next time that the clocks show it; "2026-11-24 18:00", "2026-11-24T18:00"; "2026-11-24T17:00Z" is UTC.
Result<WallTime> parse_time(const std::string& text, WallTime now);

}  // namespace hotspot::ctl
