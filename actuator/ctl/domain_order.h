// hotspotctl domain migrate, scale, cap: what an operator orders for one domain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actuator/ctl/follow.h"
#include "actuator/ctl/session.h"
#include "actuator/record/command.h"

namespace hotspot::ctl {

struct DomainOrder {
  std::string domain, target;  // names, or UUIDs; target: empty: the planner chooses
  std::optional<int> vcpus;
  std::optional<std::int64_t> memory_bytes;
  int cap_percent = 0;
  std::string owner;  // empty: the user who is logged in
  std::string reason;
  bool dry_run = false;
  Patience patience;
};

// kDone: begun, and with patience done. kSkipped: there was nothing to do. kNothing: no such domain or node. kFailed:
// it was refused, nobody answered, or what was begun did not succeed.
int domain_migrate(Session& session, const DomainOrder& order);
// Both sizes: the vCPUs first, the memory when these are done; if they are refused, not at all.
int domain_scale(Session& session, const DomainOrder& order);
int domain_cap(Session& session, const DomainOrder& order);

}  // namespace hotspot::ctl
