#include "actuator/plan/foreign_rests.h"

#include <algorithm>

namespace hotspot::plan {

std::optional<model::Refusal> ForeignRests::refusal(const std::string& domain_uuid, WallTime now,
                                                    const model::TimeZone& zone) const {
  const auto found = entries_.find(domain_uuid);
  if (found == entries_.end() || now >= found->second.until) return std::nullopt;
  const ForeignRest& rest = found->second;
  return model::Refusal{model::RefusalKind::kForeign, rest.domain_name + " rests until " +
                                                          model::clock_text(rest.until, now, zone) +
                                                          ": somebody else changed it (" + rest.what + ")"};
}

void ForeignRests::forget_ended(WallTime now, Milliseconds longest) {
  for (auto& [uuid, rest] : entries_) rest.until = std::min(rest.until, now + longest);
  std::erase_if(entries_, [now](const auto& entry) { return now >= entry.second.until; });
}

}  // namespace hotspot::plan
