// Who is a node, for commands that show what snapshots say: the registry in Redis, as the leader wrote it.
#pragma once

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// The admitted nodes' snapshots alone: of their host UUIDs, signed by their keys where they have some. Their URIs are
// the registry's afterwards.
struct AdmittedSnapshots {
  record::Registry registry;
  io::RedisOperator::Newest newest;
};
Result<AdmittedSnapshots> newest_of_admitted(Session& session, Milliseconds window);
Result<AdmittedSnapshots> all_of_admitted(Session& session, Milliseconds window);

}  // namespace hotspot::ctl
