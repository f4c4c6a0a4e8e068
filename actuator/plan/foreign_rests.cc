#include "actuator/plan/foreign_rests.h"

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

void ForeignRests::forget_ended(WallTime now) {
  std::erase_if(entries_, [now](const auto& entry) { return now >= entry.second.until; });
}

}  // namespace hotspot::plan
