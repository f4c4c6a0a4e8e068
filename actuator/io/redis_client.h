// A connection to Redis that comes back by itself: each command connects first if that is needed and due.
//
// While Redis is away, commands fail at once with the last reason, and one of them tries again each back-off. Nothing
// is sent twice: a command whose answer was lost is the caller's to repeat. Thread rule: one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/backoff.h"
#include "actuator/io/redis_connection.h"
#include "actuator/ports/clock.h"

namespace hotspot::io {

// A Lua script that Redis runs as one step. `text` is a literal: its address is its identity.
struct RedisScript {
  const char* text;
};

class RedisClient {
 public:
  RedisClient(RedisOptions options, const ports::Clock& clock, Backoff::Options backoff = {});

  Result<RedisReply, RedisError> command(const RedisCommand& command, Milliseconds extra_wait = Milliseconds(0));
  // By its digest; the text is sent only where Redis does not know it yet.
  Result<RedisReply, RedisError> run(const RedisScript& script, const std::vector<std::string>& keys,
                                     const std::vector<std::string>& arguments);

  const RedisOptions& options() const { return connection_.options(); }

 private:
  Result<void, RedisError> ensure_connected();
  Result<std::string, RedisError> digest_of(const RedisScript& script);

  RedisConnection connection_;
  const ports::Clock& clock_;
  Backoff backoff_;
  std::optional<RedisError> last_error_;  // why we are not connected
  Milliseconds retry_at_{0};              // steady
  std::map<const char*, std::string> digests_;
};

}  // namespace hotspot::io
