// A connection to Redis that reconnects automatically: each command connects first if that is necessary and due.
//
// While Redis is unreachable, or refuses everything (it is loading, it is a replica), commands fail at once with the
// last reason, and one command per back-off tries again. Nothing is sent twice: if the answer to a command was lost,
// repeating it is up to the caller. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "actuator/ports/clock.h"
#include "common/redis/backoff.h"
#include "common/redis/connection.h"
#include "common/redis/trouble.h"

namespace hotspot::io {

// A Lua script that Redis executes atomically. `text` is a literal: its address identifies the script.
struct RedisScript {
  const char* text;
};

class RedisClient {
 public:
  RedisClient(redis::Options options, const ports::Clock& clock, redis::Backoff::Options backoff = {});

  Result<redis::Reply, redis::CommandError> command(const redis::Command& command,
                                                    Milliseconds extra_wait = Milliseconds(0));
  // By its digest; the text is sent only if Redis does not have it yet.
  Result<redis::Reply, redis::CommandError> run(const RedisScript& script, const std::vector<std::string>& keys,
                                                const std::vector<std::string>& arguments);

  // Called once when a fault of Redis begins, once when it becomes another kind, and once when it is over. A full Redis
  // or a missing permission is over when the same command succeeds again.
  using OnChange = std::function<void(bool well, const std::string& message)>;
  void on_change(OnChange told) { on_change_ = std::move(told); }

  // The number of connections so far.
  std::uint64_t connections() const { return connections_; }
  const redis::Options& options() const { return connection_.options(); }

 private:
  Result<void, redis::CommandError> ensure_connected();
  Result<redis::Reply, redis::CommandError> ask(const redis::Command& command, Milliseconds extra_wait,
                                                const std::string& name);
  Result<std::string, redis::CommandError> digest_of(const RedisScript& script);
  redis::CommandError with_types(const redis::Command& command, redis::CommandError error);
  void note(const redis::CommandError& error, const std::string& name);
  void note_done(const std::string& name);

  redis::Connection connection_;
  const ports::Clock& clock_;
  redis::Backoff backoff_;
  std::optional<redis::CommandError> last_error_;  // why there is no connection
  Milliseconds retry_at_{0};                       // steady
  std::uint64_t connections_ = 0;
  std::map<const char*, std::string> digests_;
  OnChange on_change_;
  redis::Trouble trouble_;
  std::set<std::string> failing_;  // commands that Redis refuses; "" for all of them
};

}  // namespace hotspot::io
