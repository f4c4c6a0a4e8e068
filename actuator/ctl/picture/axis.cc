#include "actuator/ctl/picture/axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "actuator/rules/language/humanize.h"
#include "common/text/duration.h"

namespace hotspot::ctl {
namespace {

constexpr double kDrawable = 1e300;   // differences overflow beyond it
constexpr double kSmallest = 1e-290;  // a fraction of a smaller value may be 0
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMostLooks = 1'000'000;
constexpr std::array<std::int64_t, 27> kTimeSteps{
    1,        2,        5,         10,        15,        30,         60,         120,         300,
    600,      900,      1800,      3600,      7200,      3 * 3600,   6 * 3600,   12 * 3600,   kDay,
    2 * kDay, 7 * kDay, 14 * kDay, 30 * kDay, 61 * kDay, 122 * kDay, 365 * kDay, 1826 * kDay, 3652 * kDay};
constexpr std::array<double, 21> kSecondSteps{1,    2,    5,    10,    15,    30,    60,    120,    300,    600,   900,
                                              1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000};

bool is_bytes(MaybeUnit unit) { return unit == model::Unit::kBytes || unit == model::Unit::kBytesPerSecond; }

double decimal_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (times * power >= least * (1 - 1e-9)) return times * power;
  }
  return 10 * power;
}

double round_step(double least, MaybeUnit unit) {
  if (is_bytes(unit) && least >= 1) return std::exp2(std::ceil(std::log2(least)));
  if (unit == model::Unit::kSeconds && least >= 1) {
    const auto found = std::lower_bound(kSecondSteps.begin(), kSecondSteps.end(), least);
    if (found != kSecondSteps.end()) return *found;
  }
  return decimal_step(least);
}

std::string digits(double value, const char* format) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), format, value == 0 ? 0.0 : value);
  return text.data();
}

std::string bytes_number(double bytes) {
  static constexpr std::array<const char*, 7> kUnits{" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  std::size_t unit = 0;
  for (; std::fabs(bytes) >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return digits(bytes, "%.4g") + kUnits[unit];
}

std::string plain_number(double value) {
  const double size = std::fabs(value);
  if (size == 0 || (size >= 1e-3 && size < 1e5)) return digits(value, "%.4g");
  return size < 1e27 && size >= 1 ? rules::humanize(value) : digits(value, "%.3g");
}

std::string seconds_number(double seconds) {
  if (std::fabs(seconds) < 1 || std::fabs(seconds) > 1e12) return digits(seconds, "%.4g") + " s";
  return text::duration_text(Milliseconds(std::llround(seconds * 1000)));
}

constexpr std::array<const char*, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Day {
  int year, month, day;
};

Day day_of(std::int64_t days) {
  constexpr std::int64_t kFar = 10'000'000;  // years that std::chrono supports
  const std::chrono::sys_days date{std::chrono::days(std::clamp(days, -kFar, kFar))};
  const std::chrono::year_month_day parts{date};
  return {static_cast<int>(parts.year()), static_cast<int>(static_cast<unsigned>(parts.month())),
          static_cast<int>(static_cast<unsigned>(parts.day()))};
}

std::string day_text(const model::LocalTime& local, bool with_year) {
  const Day day = day_of(local.day);
  const std::string number = std::to_string(day.day) + " " + kMonths[static_cast<std::size_t>(day.month - 1)];
  return with_year ? number + " " + std::to_string(day.year)
                   : std::string(kWeekdays[static_cast<std::size_t>(local.weekday)]) + " " + number;
}

std::int64_t unix_seconds(WallTime time) { return to_unix_ms(time) / 1000; }
WallTime at_seconds(std::int64_t seconds) { return from_unix_ms(seconds * 1000); }

std::string tick_text(const model::LocalTime& local, std::int64_t second, std::int64_t step, bool with_year) {
  if (local.minute == 0 && second == 0) return day_text(local, with_year);
  std::array<char, 40> text{};
  if (step < 60) {
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", local.minute / 60, local.minute % 60,
                  static_cast<int>(second));
  } else {
    std::snprintf(text.data(), text.size(), "%02d:%02d", local.minute / 60, local.minute % 60);
  }
  return text.data();
}

}  // namespace

ValueAxis value_axis(double lowest, double highest, MaybeUnit unit) {
  lowest = std::clamp(lowest, -kDrawable, kDrawable);
  highest = std::clamp(highest, lowest, kDrawable);
  if (std::fabs(lowest) < kSmallest) lowest = 0;
  if (std::fabs(highest) < kSmallest) highest = 0;
  if (unit == model::Unit::kRatio && lowest >= 0 && highest <= 1 && highest > 0.4) {
    return {.lowest = 0, .highest = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
  }
  if (lowest >= 0 && lowest < 0.8 * highest) lowest = 0;
  if (highest <= 0 && highest > 0.8 * lowest) highest = 0;
  if (highest - lowest <= 1e-9 * std::max(std::fabs(highest), std::fabs(lowest))) {
    const double room = highest == 0 ? 1 : std::fabs(highest) * 0.1;
    lowest -= lowest == 0 ? 0 : room;
    highest += room;
  }
  const double step = round_step((highest - lowest) / 4.5, unit);
  ValueAxis axis{.lowest = std::floor(lowest / step * (1 + 1e-12)) * step, .highest = 0, .ticks = {}};
  for (int i = 0; i <= 7; ++i) {
    axis.highest = axis.lowest + i * step;
    axis.ticks.push_back(std::fabs(axis.highest) < step * 1e-6 ? 0 : axis.highest);
    if (axis.highest >= highest - step * 1e-9) break;
  }
  return axis;
}

std::string value_text(double value, MaybeUnit unit) {
  if (!std::isfinite(value)) return rules::number_text(value);
  using model::Unit;
  if (unit == Unit::kRatio) return digits(value * 100, "%.4g") + " %";
  if (unit == Unit::kBytes) return bytes_number(value);
  if (unit == Unit::kBytesPerSecond) return bytes_number(value) + "/s";
  if (unit == Unit::kPerSecond) return plain_number(value) + "/s";
  if (unit == Unit::kSeconds) return seconds_number(value);
  return plain_number(value);
}

std::vector<TimeTick> time_ticks(WallTime from, WallTime to, const model::TimeZone& zone, std::size_t most) {
  const std::int64_t first = unix_seconds(from), last = unix_seconds(to);
  const std::int64_t span = std::max<std::int64_t>(last - first, 1);
  const auto count = static_cast<std::int64_t>(std::max<std::size_t>(most, 1));
  std::int64_t step = kTimeSteps.back();
  for (const std::int64_t one : kTimeSteps) {
    if (span / one < count) {
      step = one;
      break;
    }
  }
  // Zones differ from UTC by multiples of 15 minutes: every round local time is a multiple of that.
  std::int64_t look = std::min<std::int64_t>(step, 900);
  look = std::max(look, (span / kMostLooks + look - 1) / look * look);
  std::vector<TimeTick> ticks;
  for (std::int64_t at = (first + look - 1) / look * look; at <= last; at += look) {
    const model::LocalTime local = model::local_time(at_seconds(at), zone);
    const std::int64_t second = at % 60, of_day = local.minute * 60 + second;
    const bool round = step < kDay ? of_day % step == 0 : of_day == 0 && local.day % (step / kDay) == 0;
    if (!round || ticks.size() >= most) continue;
    ticks.push_back({at_seconds(at), tick_text(local, second, step, step > 30 * kDay)});
  }
  return ticks;
}

std::string date_text(WallTime time, const model::TimeZone& zone) {
  const model::LocalTime local = model::local_time(time, zone);
  const Day day = day_of(local.day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s %04d-%02d-%02d %02d:%02d:%02d ",
                kWeekdays[static_cast<std::size_t>(local.weekday)], day.year, day.month, day.day, local.minute / 60,
                local.minute % 60, static_cast<int>(unix_seconds(time) % 60));
  return text.data() + local.zone;
}

}  // namespace hotspot::ctl
