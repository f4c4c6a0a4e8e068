#include "actuator/plan/domain_rests.h"

#include <algorithm>

namespace hotspot::plan {

std::optional<model::Refusal> DomainRests::refusal(const std::string& domain_uuid, WallTime now,
                                                   const model::TimeZone& zone) const {
  const auto found = entries_.find(domain_uuid);
  if (found == entries_.end() || now >= found->second.until) return std::nullopt;
  const DomainRest& rest = found->second;
  return model::Refusal{model::RefusalKind::kChangedByOthers, rest.domain_name + " rests until " +
                                                                  model::clock_text(rest.until, now, zone) +
                                                                  ": somebody else changed it (" + rest.what + ")"};
}

void DomainRests::forget_ended(WallTime now, Milliseconds longest) {
  for (auto& [uuid, rest] : entries_) rest.until = std::min(rest.until, now + longest);
  std::erase_if(entries_, [now](const auto& entry) { return now >= entry.second.until; });
}

}  // namespace hotspot::plan
