#include "actuator/io/time_zones.h"

#include <date/tz.h>

#include <exception>

namespace hotspot::io {
namespace {

// The end of the database's tables.
constexpr date::sys_seconds kEnd = date::sys_days(date::year(2037) / 12 / 31);

model::TimeZone rules_of(const date::time_zone& zone) {
  model::TimeZone rules{.name = zone.name(), .spans = {}};
  for (date::sys_seconds at = date::sys_days(date::year(2020) / 1 / 1); at < kEnd;) {
    const date::sys_info info = zone.get_info(at);
    rules.spans.push_back({info.begin.time_since_epoch().count(), static_cast<int>(info.offset.count()), info.abbrev});
    if (info.end <= at) break;
    at = info.end;
  }
  if (rules.spans.empty()) rules.spans.emplace_back();
  return rules;
}

}  // namespace

Result<model::TimeZone> time_zone(const std::string& name) {
  try {
    return rules_of(*date::locate_zone(name));
  } catch (const std::exception&) {
    return Error{"'" + name +
                 "' is not a time zone that this machine knows; write a name as in `timedatectl "
                 "list-timezones`, for instance Europe/Berlin"};
  }
}

model::TimeZone local_time_zone() {
  try {
    return rules_of(*date::current_zone());
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace hotspot::io
