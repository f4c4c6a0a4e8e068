// Error replies of Redis as sentences that say what to do.
#pragma once

#include <string>

#include "actuator/io/redis_options.h"
#include "actuator/io/redis_reply.h"

namespace hotspot::io {

// reply: the text of an error reply, "NOPERM this user has no permissions to run the 'xadd' command".
RedisError refused(const RedisOptions& options, const std::string& reply);

// detail: what the system said, "Connection refused".
RedisError cannot_connect(const RedisOptions& options, const std::string& detail);
RedisError connection_lost(const RedisOptions& options, const std::string& detail);
RedisError timed_out(const RedisOptions& options, Milliseconds waited);

}  // namespace hotspot::io
