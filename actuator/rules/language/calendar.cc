#include "actuator/rules/language/calendar.h"

#include <cstdint>
#include <limits>

namespace hotspot::rules {
namespace {

// Days since 1970 and what the calendar makes of them; std::chrono's years end at 32767.
struct Date {
  std::int64_t year = 0;
  std::int64_t month = 1;        // from 1
  std::int64_t day = 1;          // from 1
  std::int64_t day_of_year = 1;  // from 1
};

// What is no time at all counts as the last second that there is, as it does in Go on amd64.
std::int64_t second_of(double seconds) {
  constexpr double kEnd = 9223372036854775808.0;
  if (!(seconds > -kEnd && seconds < kEnd)) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(seconds);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
std::int64_t day_of(double seconds) { return floor_divide(second_of(seconds), 86'400); }
std::int64_t second_of_day(double seconds) { return second_of(seconds) - day_of(seconds) * 86'400; }

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// The year is taken to begin in March, so that its leap day is its last (Hinnant, "chrono-compatible low-level date
// algorithms").
Date date_of(double seconds) {
  const std::int64_t days = day_of(seconds) + 719'468;
  const std::int64_t era = floor_divide(days, 146'097);
  const std::int64_t in_era = days - era * 146'097;
  const std::int64_t year_of_era = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
  const std::int64_t in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * in_year + 2) / 153;
  Date date;
  date.day = in_year - (153 * from_march + 2) / 5 + 1;
  date.month = from_march < 10 ? from_march + 3 : from_march - 9;
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  date.day_of_year = date.month <= 2 ? in_year - 305 : in_year + 60 + (is_leap(date.year) ? 1 : 0);
  return date;
}

double number(std::int64_t value) { return static_cast<double>(value); }

}  // namespace

double minute(double seconds) { return number(second_of_day(seconds) / 60 % 60); }
double hour(double seconds) { return number(second_of_day(seconds) / 3600); }
double day_of_month(double seconds) { return number(date_of(seconds).day); }
double day_of_week(double seconds) { return number(((day_of(seconds) + 4) % 7 + 7) % 7); }
double day_of_year(double seconds) { return number(date_of(seconds).day_of_year); }
double days_in_month(double seconds) {
  const Date date = date_of(seconds);
  if (date.month == 2) return is_leap(date.year) ? 29 : 28;
  return date.month == 4 || date.month == 6 || date.month == 9 || date.month == 11 ? 30 : 31;
}
double month(double seconds) { return number(date_of(seconds).month); }
double year(double seconds) { return number(date_of(seconds).year); }

}  // namespace hotspot::rules
