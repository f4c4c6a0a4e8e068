#include "actuator/ctl/time_of_day.h"

#include <cstdio>
#include <ctime>

namespace hotspot::ctl {
namespace {

Error not_a_time(const std::string& text) {
  return Error{"'" + text + "' is not a time; write for instance 18:00, \"2026-11-24 18:00\" or 2026-11-24T17:00Z"};
}

// -1: the date or time of day does not exist.
std::time_t seconds_of(std::tm parts, bool utc) {
  const std::tm wanted = parts;
  parts.tm_isdst = -1;
  const std::time_t found = utc ? timegm(&parts) : mktime(&parts);
  return parts.tm_mday == wanted.tm_mday && parts.tm_mon == wanted.tm_mon ? found : -1;
}

}  // namespace

Result<WallTime> parse_time(const std::string& text, WallTime now) {
  std::tm parts{};
  int end = 0;
  char between = 0;
  const auto whole = [&] { return end > 0 && static_cast<std::size_t>(end) == text.size(); };
  const bool has_date = std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                                    &parts.tm_mday, &between, &parts.tm_hour, &parts.tm_min, &end) == 6;
  if (has_date) {
    const bool utc = text.substr(static_cast<std::size_t>(end)) == "Z";
    if ((!whole() && !utc) || (between != ' ' && between != 'T')) return not_a_time(text);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    const std::time_t found = parts.tm_hour < 24 && parts.tm_min < 60 ? seconds_of(parts, utc) : -1;
    if (found < 0) return not_a_time(text);
    return WallTime(std::chrono::seconds(found));
  }
  const std::time_t seconds = to_unix_ms(now) / 1000;
  localtime_r(&seconds, &parts);
  end = 0;
  parts.tm_sec = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%n", &parts.tm_hour, &parts.tm_min, &end) != 2 || !whole() ||
      parts.tm_hour > 23 || parts.tm_min > 59)
    return not_a_time(text);
  const auto today = WallTime(std::chrono::seconds(seconds_of(parts, false)));
  if (today > now) return today;
  parts.tm_mday += 1;
  parts.tm_isdst = -1;
  return WallTime(std::chrono::seconds(mktime(&parts)));
}

}  // namespace hotspot::ctl
