#include "actuator/rules/language/calendar.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>

namespace hotspot::rules {
namespace {

namespace chrono = std::chrono;

// After 400 years the calendar repeats, including weekdays: 146,097 days are 20,871 weeks.
using Eras = chrono::duration<std::int64_t, std::ratio_multiply<std::ratio<146'097>, chrono::days::period>>;

// NaN and values out of range become the last representable second, as in Go on amd64.
chrono::sys_seconds time_of(double seconds) {
  constexpr double kEnd = 9223372036854775808.0;
  if (!(seconds > -kEnd && seconds < kEnd)) return chrono::sys_seconds::max();
  return chrono::sys_seconds(chrono::seconds(static_cast<std::int64_t>(seconds)));
}

chrono::seconds time_of_day(double seconds) {
  const chrono::sys_seconds time = time_of(seconds);
  return time - chrono::floor<chrono::days>(time);
}

// std::chrono's years end at 32767: the date is computed within the 400 years from 1970 on, and the year shifted back.
struct Date {
  explicit Date(double seconds) {
    const chrono::sys_days day = chrono::floor<chrono::days>(time_of(seconds));
    eras = chrono::floor<Eras>(day.time_since_epoch());
    in_era = day - chrono::duration_cast<chrono::days>(eras);
    date = in_era;
  }

  Eras eras;
  chrono::sys_days in_era;
  chrono::year_month_day date;
};

double number(std::int64_t value) { return static_cast<double>(value); }
double number(unsigned value) { return value; }

}  // namespace

double minute(double seconds) { return number(chrono::floor<chrono::minutes>(time_of_day(seconds)).count() % 60); }
double hour(double seconds) { return number(chrono::floor<chrono::hours>(time_of_day(seconds)).count()); }
double day_of_month(double seconds) { return number(static_cast<unsigned>(Date(seconds).date.day())); }
double day_of_week(double seconds) { return number(chrono::weekday(Date(seconds).in_era).c_encoding()); }
double day_of_year(double seconds) {
  const Date date(seconds);
  return number((date.in_era - chrono::sys_days(date.date.year() / chrono::January / 1)).count() + 1);
}
double days_in_month(double seconds) {
  const chrono::year_month_day date = Date(seconds).date;
  return number(static_cast<unsigned>((date.year() / date.month() / chrono::last).day()));
}
double month(double seconds) { return number(static_cast<unsigned>(Date(seconds).date.month())); }
double year(double seconds) {
  const Date date(seconds);
  return number(static_cast<int>(date.date.year()) + date.eras.count() * 400);
}

}  // namespace hotspot::rules
