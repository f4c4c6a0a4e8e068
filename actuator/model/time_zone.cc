#include "actuator/model/time_zone.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace hotspot::model {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::int64_t floor_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

const TimeZone::Span& span_at(std::int64_t unix_seconds, const TimeZone& zone) {
  const auto after = std::upper_bound(zone.spans.begin(), zone.spans.end(), unix_seconds,
                                      [](std::int64_t at, const auto& span) { return at < span.from_unix_seconds; });
  return after == zone.spans.begin() ? zone.spans.front() : *std::prev(after);
}

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string date_text(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two_digits(static_cast<int>(static_cast<unsigned>(date.month()))) + "-" +
         two_digits(static_cast<int>(static_cast<unsigned>(date.day())));
}

}  // namespace

LocalTime local_time(WallTime time, const TimeZone& zone) {
  const std::int64_t utc = floor_seconds(time);
  const TimeZone::Span& span = span_at(utc, zone);
  const std::int64_t local = utc + span.offset_seconds;
  const std::int64_t day = local >= 0 ? local / kDaySeconds : -((kDaySeconds - 1 - local) / kDaySeconds);
  return {.day = day,
          .weekday = static_cast<int>(((day + 4) % 7 + 7) % 7),
          .minute = static_cast<int>((local - day * kDaySeconds) / 60),
          .zone = span.abbreviation};
}

WallTime when_local(std::int64_t day, int minute, const TimeZone& zone, Twice twice) {
  const std::int64_t local = day * kDaySeconds + static_cast<std::int64_t>(minute) * 60;
  std::optional<std::int64_t> found;
  std::int64_t skipped_at = local;
  for (std::size_t i = 0; i < zone.spans.size(); ++i) {
    const std::int64_t utc = local - zone.spans[i].offset_seconds;
    const bool begun = i == 0 || utc >= zone.spans[i].from_unix_seconds;
    const bool lasts = i + 1 == zone.spans.size() || utc < zone.spans[i + 1].from_unix_seconds;
    if (begun && lasts && (!found || twice == Twice::kSecond)) found = utc;
    // Too late for this span and too early for the next: the clocks skip this time.
    if (begun && !lasts && local - zone.spans[i + 1].offset_seconds < zone.spans[i + 1].from_unix_seconds)
      skipped_at = zone.spans[i + 1].from_unix_seconds;
  }
  return WallTime(std::chrono::seconds(found.value_or(skipped_at)));
}

std::string clock_text(WallTime time, WallTime now, const TimeZone& zone) {
  const LocalTime then = local_time(time, zone);
  const std::int64_t days = then.day - local_time(now, zone).day;
  std::string text = two_digits(then.minute / 60) + ":" + two_digits(then.minute % 60) + " " + then.zone;
  if (days == 0) return text;
  if (days > 0 && days < 7) return std::string(kWeekdays[static_cast<std::size_t>(then.weekday)]) + " " + text;
  return date_text(then.day) + " " + text;
}

}  // namespace hotspot::model
