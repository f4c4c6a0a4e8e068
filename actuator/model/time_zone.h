// Local time of a place, from rules that are an argument: when which offset from UTC held and will hold.
//
// PURE. io/time_zones.h reads the rules from the system's time zone database (tz, RFC 8536).
// The day is the proleptic Gregorian one; days are counted as in Hinnant, "chrono-Compatible Low-Level Date
// Algorithms".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::model {

struct TimeZone {
  struct Span {
    std::int64_t from_unix_seconds = 0;  // until the next span begins
    int offset_seconds = 0;              // local time − UTC
    std::string abbreviation = "UTC";
    bool operator==(const Span&) const = default;
  };
  std::string name = "UTC";
  std::vector<Span> spans{{}};  // in order, at least one; the first one holds for all time before it too
  bool operator==(const TimeZone&) const = default;
};

struct LocalTime {
  std::int64_t day = 0;  // since 1970-01-01
  int weekday = 4;       // 0 is Sunday
  int minute = 0;        // of the day
  std::string zone;      // "CEST"
};

LocalTime local_time(WallTime time, const TimeZone& zone);

// Clocks that are put back show a local time twice: then which of the two.
enum class Twice { kFirst, kSecond };
// When the clocks of the place show that day and minute (1440 is the next day's 0). A time that is skipped when the
// clocks are put forward is taken as the moment of that change.
WallTime when_local(std::int64_t day, int minute, const TimeZone& zone, Twice twice);

// As people say it, seen from `now`: "18:00 CEST" today, "Mon 22:00 CEST" within a week, otherwise "2026-11-24 18:00
// CET".
std::string clock_text(WallTime time, WallTime now, const TimeZone& zone);

}  // namespace hotspot::model
