// Records which domains rest because somebody else changed them: what an operator or another controller did is not
// undone for a while.
//
// PURE.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/model/projection.h"
#include "actuator/model/time_zone.h"

namespace hotspot::plan {

struct DomainRest {
  std::string domain_name;
  std::string what;  // "vCPUs 2 → 4"
  WallTime at{};     // when it was observed
  WallTime until{};
  bool operator==(const DomainRest&) const = default;
};

class DomainRests {
 public:
  void note(const std::string& domain_uuid, DomainRest rest) {
    entries_.insert_or_assign(domain_uuid, std::move(rest));
  }
  std::optional<model::Refusal> refusal(const std::string& domain_uuid, WallTime now,
                                        const model::TimeZone& zone) const;
  // Also shortens rests that exceed `longest` from now: the clock may have been set back since they began.
  void forget_ended(WallTime now, Milliseconds longest);
  const std::map<std::string, DomainRest>& entries() const { return entries_; }
  void restore(std::map<std::string, DomainRest> entries) { entries_ = std::move(entries); }

 private:
  std::map<std::string, DomainRest> entries_;  // by domain UUID
};

}  // namespace hotspot::plan
