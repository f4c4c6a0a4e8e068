#include "actuator/rules/language/calendar.h"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>

namespace hotspot::rules {
namespace {

namespace chrono = std::chrono;

// Seconds since the beginning of kFirstYear, as Go counts them: modulo 2^64, so that nothing overflows, and a time
// before that year is one at the other end.
constexpr std::uint64_t kUnixEpoch = 9'223'372'028'715'321'600u;
constexpr std::int64_t kFirstYear = -292'277'022'399;
// After 400 years the calendar repeats, including weekdays: 146,097 days are 20,871 weeks.
constexpr std::uint64_t kDaysOfEra = 146'097;
// The first year of an era of 400 that std::chrono knows, as kFirstYear is one.
constexpr chrono::year kEra{2001};

std::uint64_t seconds_of(double unix_seconds) {
  // NaN and values out of range become this one, as in Go on amd64.
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
  constexpr double kEnd = 9223372036854775808.0;
  const bool fits = unix_seconds >= -kEnd && unix_seconds < kEnd;
  return kUnixEpoch + static_cast<std::uint64_t>(fits ? static_cast<std::int64_t>(unix_seconds) : kNone);
}

// std::chrono's years end at 32767: the date is computed within one era, and the year is shifted.
struct Date {
  explicit Date(double unix_seconds) {
    const std::uint64_t day_number = seconds_of(unix_seconds) / 86'400;
    era = static_cast<std::int64_t>(day_number / kDaysOfEra);
    day = chrono::sys_days(kEra / chrono::January / 1) + chrono::days(day_number % kDaysOfEra);
    date = day;
  }

  std::int64_t era = 0;
  chrono::sys_days day;
  chrono::year_month_day date;
};

double number(std::integral auto value) { return static_cast<double>(value); }

}  // namespace

double minute(double seconds) { return number(seconds_of(seconds) / 60 % 60); }
double hour(double seconds) { return number(seconds_of(seconds) / 3600 % 24); }
double day_of_month(double seconds) { return number(static_cast<unsigned>(Date(seconds).date.day())); }
double day_of_week(double seconds) { return number(chrono::weekday(Date(seconds).day).c_encoding()); }
double day_of_year(double seconds) {
  const Date date(seconds);
  return number((date.day - chrono::sys_days(date.date.year() / chrono::January / 1)).count() + 1);
}
double days_in_month(double seconds) {
  const chrono::year_month_day date = Date(seconds).date;
  return number(static_cast<unsigned>((date.year() / date.month() / chrono::last).day()));
}
double month(double seconds) { return number(static_cast<unsigned>(Date(seconds).date.month())); }
double year(double seconds) {
  const Date date(seconds);
  return number((date.date.year() - kEra).count() + date.era * 400 + kFirstYear);
}

}  // namespace hotspot::rules
