// Local time in a time zone, whose rules are an argument: which offset from UTC applied and will apply when.
//
// PURE. io/time_zones.h reads the rules from the system's time zone database (tz, RFC 8536). Dates are proleptic
// Gregorian; days are counted as in Hinnant, "chrono-Compatible Low-Level Date Algorithms".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::model {

struct TimeZone {
  struct Span {
    std::int64_t from_unix_seconds = 0;  // it lasts until the next span begins
    int offset_seconds = 0;              // local time − UTC
    std::string abbreviation = "UTC";
    bool operator==(const Span&) const = default;
  };
  std::string name = "UTC";
  std::vector<Span> spans{{}};  // in order, at least one; the first also applies to all time before it
  bool operator==(const TimeZone&) const = default;
};

struct LocalTime {
  std::int64_t day = 0;  // since 1970-01-01
  int weekday = 4;       // 0 is Sunday
  int minute = 0;        // of the day
  std::string zone;      // "CEST"
};

LocalTime local_time(WallTime time, const TimeZone& zone);

// Which of the two, when clocks are put back and show a local time twice.
enum class Twice { kFirst, kSecond };
// When the local clock shows this day and minute (1440 is 0 of the next day). A time that is skipped when the clocks
// are put forward is the moment of that change.
WallTime when_local(std::int64_t day, int minute, const TimeZone& zone, Twice twice);

// For people, relative to `now`: "18:00 CEST" today, "Mon 22:00 CEST" within a week, otherwise "2026-11-24 18:00 CET".
std::string clock_text(WallTime time, WallTime now, const TimeZone& zone);

}  // namespace hotspot::model
