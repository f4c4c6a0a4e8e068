// Formats points in time, in nanoseconds since 1970 in UTC, as Go's time package does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hotspot::rules::templates {

struct CivilTime {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanosecond = 0;
  std::int64_t weekday = 0;   // Sunday is 0
  std::int64_t year_day = 0;  // starts at 1
};

CivilTime civil(std::int64_t ns);
std::string moment_text(std::int64_t ns);                             // "2026-11-21 10:40:00.5 +0000 UTC"
std::string format_moment(std::int64_t ns, std::string_view layout);  // Go's layouts, "Jan 2 15:04:05 2006"
std::string duration_words(std::int64_t ns);                          // "1h2m3.5s"
std::string_view month_name(std::int64_t month);
std::string_view weekday_name(std::int64_t weekday);

}  // namespace hotspot::rules::templates
