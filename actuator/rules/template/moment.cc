#include "actuator/rules/template/moment.h"

#include <array>
#include <chrono>

#include "common/text/ascii.h"

namespace hotspot::rules::templates {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

std::string padded(std::int64_t number, std::size_t width, char fill = '0') {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), fill);
  return text;
}

std::string fraction(std::int64_t ns, std::size_t digits) { return padded(ns, 9).substr(0, digits); }

std::string trimmed_fraction(std::int64_t ns, std::size_t digits) {
  std::string text = fraction(ns, digits);
  while (!text.empty() && text.back() == '0') text.pop_back();
  return text;
}

struct Word {
  std::string_view layout;
  std::string (*text)(const CivilTime&);
};

std::int64_t hour_of_twelve(const CivilTime& t) { return t.hour % 12 == 0 ? 12 : t.hour % 12; }

// Of two with the same beginning, the longer comes first.
constexpr std::array kWords{
    Word{"January", [](const CivilTime& t) { return std::string(month_name(t.month)); }},
    Word{"Jan", [](const CivilTime& t) { return std::string(month_name(t.month).substr(0, 3)); }},
    Word{"Monday", [](const CivilTime& t) { return std::string(weekday_name(t.weekday)); }},
    Word{"Mon", [](const CivilTime& t) { return std::string(weekday_name(t.weekday).substr(0, 3)); }},
    Word{"MST", [](const CivilTime&) { return std::string("UTC"); }},
    Word{"2006", [](const CivilTime& t) { return padded(t.year, 4); }},
    Word{"-070000", [](const CivilTime&) { return std::string("+000000"); }},
    Word{"-07:00:00", [](const CivilTime&) { return std::string("+00:00:00"); }},
    Word{"-0700", [](const CivilTime&) { return std::string("+0000"); }},
    Word{"-07:00", [](const CivilTime&) { return std::string("+00:00"); }},
    Word{"-07", [](const CivilTime&) { return std::string("+00"); }},
    Word{"Z070000", [](const CivilTime&) { return std::string("Z"); }},
    Word{"Z07:00:00", [](const CivilTime&) { return std::string("Z"); }},
    Word{"Z0700", [](const CivilTime&) { return std::string("Z"); }},
    Word{"Z07:00", [](const CivilTime&) { return std::string("Z"); }},
    Word{"Z07", [](const CivilTime&) { return std::string("Z"); }},
    Word{"002", [](const CivilTime& t) { return padded(t.year_day, 3); }},
    Word{"__2", [](const CivilTime& t) { return padded(t.year_day, 3, ' '); }},
    Word{"01", [](const CivilTime& t) { return padded(t.month, 2); }},
    Word{"02", [](const CivilTime& t) { return padded(t.day, 2); }},
    Word{"03", [](const CivilTime& t) { return padded(hour_of_twelve(t), 2); }},
    Word{"04", [](const CivilTime& t) { return padded(t.minute, 2); }},
    Word{"05", [](const CivilTime& t) { return padded(t.second, 2); }},
    Word{"06", [](const CivilTime& t) { return padded(t.year % 100, 2); }},
    Word{"15", [](const CivilTime& t) { return padded(t.hour, 2); }},
    Word{"_2", [](const CivilTime& t) { return padded(t.day, 2, ' '); }},
    Word{"PM", [](const CivilTime& t) { return std::string(t.hour >= 12 ? "PM" : "AM"); }},
    Word{"pm", [](const CivilTime& t) { return std::string(t.hour >= 12 ? "pm" : "am"); }},
    Word{"1", [](const CivilTime& t) { return std::to_string(t.month); }},
    Word{"2", [](const CivilTime& t) { return std::to_string(t.day); }},
    Word{"3", [](const CivilTime& t) { return std::to_string(hour_of_twelve(t)); }},
    Word{"4", [](const CivilTime& t) { return std::to_string(t.minute); }},
    Word{"5", [](const CivilTime& t) { return std::to_string(t.second); }},
};

// ".000" and ".999", also after a comma, if no digit follows. 0: not a fraction.
std::size_t fraction_length(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',') || (layout[1] != '0' && layout[1] != '9')) return 0;
  const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
  const bool digit_follows = end < layout.size() && text::is_digit(layout[end]);
  return digit_follows ? 0 : end;
}

std::string unit_text(std::int64_t ns, std::int64_t unit, const char* name) {
  std::string text = std::to_string(ns / unit);
  std::string rest = padded(ns % unit, unit == 1 ? 1 : std::to_string(unit).size() - 1);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return text + (rest.empty() || unit == 1 ? "" : "." + rest) + name;
}

}  // namespace

std::string_view month_name(std::int64_t month) {
  return month >= 1 && month <= 12 ? kMonths[static_cast<std::size_t>(month) - 1] : "%!Month";
}
std::string_view weekday_name(std::int64_t weekday) {
  return weekday >= 0 && weekday < 7 ? kWeekdays[static_cast<std::size_t>(weekday)] : "%!Weekday";
}

CivilTime civil(std::int64_t ns) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds second(chrono::seconds(ns / kSecond - (ns % kSecond < 0 ? 1 : 0)));
  const auto day = chrono::floor<chrono::days>(second);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(second - day);
  CivilTime t;
  t.year = static_cast<int>(date.year());
  t.month = static_cast<unsigned>(date.month());
  t.day = static_cast<unsigned>(date.day());
  t.hour = time.hours().count(), t.minute = time.minutes().count(), t.second = time.seconds().count();
  t.nanosecond = (ns % kSecond + kSecond) % kSecond;
  t.weekday = chrono::weekday(day).c_encoding();
  t.year_day = (day - chrono::sys_days(date.year() / chrono::January / 1)).count() + 1;
  return t;
}

std::string moment_text(std::int64_t ns) { return format_moment(ns, "2006-01-02 15:04:05.999999999 -0700 MST"); }

std::string format_moment(std::int64_t ns, std::string_view layout) {
  const CivilTime time = civil(ns);
  std::string text;
  while (!layout.empty()) {
    if (const std::size_t length = fraction_length(layout); length > 0) {
      const std::string digits =
          layout[1] == '0' ? fraction(time.nanosecond, length - 1) : trimmed_fraction(time.nanosecond, length - 1);
      if (!digits.empty()) text += layout[0] + digits;
      layout.remove_prefix(length);
      continue;
    }
    const Word* found = nullptr;
    for (const Word& word : kWords) {
      if (layout.starts_with(word.layout)) {
        found = &word;
        break;
      }
    }
    text += found != nullptr ? found->text(time) : std::string(1, layout[0]);
    layout.remove_prefix(found != nullptr ? found->layout.size() : 1);
  }
  return text;
}

std::string duration_words(std::int64_t ns) {
  if (ns == 0) return "0s";
  if (ns == INT64_MIN) return "-2562047h47m16.854775808s";
  const std::string sign = ns < 0 ? "-" : "";
  const std::int64_t size = ns < 0 ? -ns : ns;
  if (size < 1000) return sign + unit_text(size, 1, "ns");
  if (size < 1'000'000) return sign + unit_text(size, 1000, "\u00b5s");
  if (size < kSecond) return sign + unit_text(size, 1'000'000, "ms");
  const std::int64_t hours = size / kSecond / 3600, minutes = size / kSecond / 60 % 60;
  std::string text = sign;
  if (hours > 0) text += std::to_string(hours) + "h";
  if (hours > 0 || minutes > 0) text += std::to_string(minutes) + "m";
  return text + unit_text(size % (60 * kSecond), kSecond, "s");
}

}  // namespace hotspot::rules::templates
