#include "actuator/ctl/picture/machine_zone.h"

#include <algorithm>
#include <ctime>

namespace hotspot::ctl {
namespace {

constexpr std::int64_t kLook = 6 * 3600;  // the clocks do not change twice within this time
constexpr std::int64_t kMostZoneLooks = 200'000;

model::TimeZone::Span span_at(std::int64_t seconds) {
  const auto at = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (localtime_r(&at, &parts) == nullptr) return {.from_unix_seconds = seconds};
  return {seconds, static_cast<int>(parts.tm_gmtoff), parts.tm_zone == nullptr ? "" : parts.tm_zone};
}

bool same(const model::TimeZone::Span& a, const model::TimeZone::Span& b) {
  return a.offset_seconds == b.offset_seconds && a.abbreviation == b.abbreviation;
}

}  // namespace

model::TimeZone machine_zone(WallTime from, WallTime to) {
  const std::int64_t first = to_unix_ms(from) / 1000, last = to_unix_ms(to) / 1000;
  const std::int64_t look = std::max(kLook, (last - first) / kMostZoneLooks + 1);
  model::TimeZone zone{.name = "local", .spans = {span_at(first)}};
  for (std::int64_t at = first; at < last;) {
    const std::int64_t next = std::min(at + look, last);
    if (!same(span_at(next), zone.spans.back())) {
      std::int64_t before = at, after = next;  // the change is between these two
      while (after - before > 1) {
        const std::int64_t half = before + (after - before) / 2;
        (same(span_at(half), zone.spans.back()) ? before : after) = half;
      }
      zone.spans.push_back(span_at(after));
    }
    at = next;
  }
  return zone;
}

}  // namespace hotspot::ctl
