// Reads the stream `decisions` from its first entry to its last, and checks their chain (record/decision_chain.h),
// while hotspotd may append to it and trim it.
//
// Thread rule: that of the client.
#pragma once

#include <optional>

#include "actuator/io/redis/client.h"
#include "actuator/record/decision_chain.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

// asked: a head that must be in the chain. An error: Redis does not answer, decisions are appended or trimmed faster
// than they are read, or there are far more of them than hotspotd keeps. So it ends, whoever appends.
Result<record::ChainReport> verify_decisions(RedisClient& client, const telemetry::Keyspace& keyspace,
                                             const std::optional<record::DecisionHead>& asked);

}  // namespace hotspot::io
