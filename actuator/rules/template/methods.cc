#include "actuator/rules/template/methods.h"

#include <algorithm>

#include "actuator/rules/template/format.h"
#include "actuator/rules/template/moment.h"

namespace hotspot::rules::templates {
namespace {

using Arguments = std::span<const Value>;

constexpr std::int64_t kNsOfSecond = 1'000'000'000;

template <std::int64_t CivilTime::*Part>
Value part_of(const Value& time, Arguments) {
  return of_int(civil(time.integer()).*Part);
}

std::int64_t floored(std::int64_t ns, std::int64_t unit) { return ns / unit - (ns % unit < 0 ? 1 : 0); }

template <std::int64_t Unit>
Value since_1970(const Value& time, Arguments) {
  return of_kind(Type::kInt64, floored(time.integer(), Unit));
}

template <std::int64_t Unit>
Value in_units(const Value& duration, Arguments) {
  return of_number(static_cast<double>(duration.integer()) / static_cast<double>(Unit));
}

template <std::int64_t Unit>
Value whole_units(const Value& duration, Arguments) {
  return of_kind(Type::kInt64, duration.integer() / Unit);
}

std::int64_t wrapped(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

Value text_of(const Value& value, Arguments) { return of_text(shown(value)); }
Value same_time(const Value& time, Arguments) { return of_kind(Type::kTime, time.integer()); }
Value formatted(const Value& time, Arguments a) { return of_text(format_moment(time.integer(), a[0].text())); }
Value month(const Value& time, Arguments) { return of_kind(Type::kMonth, civil(time.integer()).month); }
Value weekday(const Value& time, Arguments) { return of_kind(Type::kWeekday, civil(time.integer()).weekday); }
Value is_zero(const Value&, Arguments) { return of_bool(false); }
Value added(const Value& time, Arguments a) { return of_kind(Type::kTime, wrapped(time.integer(), a[0].integer())); }
Value difference(const Value& time, Arguments a) {
  return of_kind(Type::kDuration, wrapped(time.integer(), -a[0].integer()));
}
Value is_after(const Value& time, Arguments a) { return of_bool(time.integer() > a[0].integer()); }
Value is_before(const Value& time, Arguments a) { return of_bool(time.integer() < a[0].integer()); }
Value is_same(const Value& time, Arguments a) { return of_bool(time.integer() == a[0].integer()); }

const std::vector<Method>& time_methods() {
  using enum Receives;
  static const std::vector<Method> all{{"Format", {kText}, formatted},
                                       {"String", {}, text_of},
                                       {"UTC", {}, same_time},
                                       {"Local", {}, same_time},
                                       {"Year", {}, part_of<&CivilTime::year>},
                                       {"Month", {}, month},
                                       {"Day", {}, part_of<&CivilTime::day>},
                                       {"Hour", {}, part_of<&CivilTime::hour>},
                                       {"Minute", {}, part_of<&CivilTime::minute>},
                                       {"Second", {}, part_of<&CivilTime::second>},
                                       {"Nanosecond", {}, part_of<&CivilTime::nanosecond>},
                                       {"YearDay", {}, part_of<&CivilTime::year_day>},
                                       {"Weekday", {}, weekday},
                                       {"Unix", {}, since_1970<kNsOfSecond>},
                                       {"UnixMilli", {}, since_1970<1'000'000>},
                                       {"UnixMicro", {}, since_1970<1'000>},
                                       {"UnixNano", {}, since_1970<1>},
                                       {"IsZero", {}, is_zero},
                                       {"Add", {kDuration}, added},
                                       {"Sub", {kTime}, difference},
                                       {"After", {kTime}, is_after},
                                       {"Before", {kTime}, is_before},
                                       {"Equal", {kTime}, is_same}};
  return all;
}

const std::vector<Method>& duration_methods() {
  static const std::vector<Method> all{{"String", {}, text_of},
                                       {"Seconds", {}, in_units<kNsOfSecond>},
                                       {"Minutes", {}, in_units<60 * kNsOfSecond>},
                                       {"Hours", {}, in_units<3600 * kNsOfSecond>},
                                       {"Milliseconds", {}, whole_units<1'000'000>},
                                       {"Microseconds", {}, whole_units<1'000>},
                                       {"Nanoseconds", {}, whole_units<1>}};
  return all;
}

const std::vector<Method>& name_methods() {
  static const std::vector<Method> all{{"String", {}, text_of}};
  return all;
}

const std::vector<Method>& none() {
  static const std::vector<Method> all;
  return all;
}

const std::vector<Method>& methods_of(Type type) {
  switch (type) {
    case Type::kTime:
    case Type::kTimeOf:
      return time_methods();
    case Type::kDuration:
      return duration_methods();
    case Type::kMonth:
    case Type::kWeekday:
      return name_methods();
    default:
      return none();
  }
}

}  // namespace

const Method* find_method(const Value& receiver, std::string_view name) {
  const auto& all = methods_of(receiver.type);
  const auto found = std::find_if(all.begin(), all.end(), [&](const Method& method) { return method.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace hotspot::rules::templates
