// Berlin's clocks in 2026, and moments of that year: at("2026-10-25 02:30") is UTC.
#pragma once

#include <cstdio>

#include "actuator/model/time_zone.h"

namespace hotspot::testing {

inline WallTime at(const char* utc) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  std::sscanf(utc, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute);
  const std::chrono::sys_days date(std::chrono::year(year) / month / day);
  return WallTime(date.time_since_epoch() + std::chrono::hours(hour) + std::chrono::minutes(minute));
}

// Put forward on March 29th at 02:00, put back on October 25th at 03:00.
inline model::TimeZone berlin() {
  const auto unix_seconds = [](const char* utc) { return to_unix_ms(at(utc)) / 1000; };
  return {.name = "Europe/Berlin",
          .spans = {{unix_seconds("2025-10-26 01:00"), 3600, "CET"},
                    {unix_seconds("2026-03-29 01:00"), 7200, "CEST"},
                    {unix_seconds("2026-10-25 01:00"), 3600, "CET"}}};
}

}  // namespace hotspot::testing
