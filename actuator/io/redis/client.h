// A connection to Redis that comes back by itself: each command connects first if that is needed and due.
//
// While Redis is away, or refuses everything (it loads, it is a replica), commands fail at once with the last reason,
// and one of them tries again each back-off. Nothing is sent twice: a command whose answer was lost is the caller's to
// repeat. Thread rule: one thread at a time.
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

// A Lua script that Redis runs as one step. `text` is a literal: its address is its identity.
struct RedisScript {
  const char* text;
};

class RedisClient {
 public:
  RedisClient(redis::Options options, const ports::Clock& clock, redis::Backoff::Options backoff = {});

  Result<redis::Reply, redis::CommandError> command(const redis::Command& command,
                                                    Milliseconds extra_wait = Milliseconds(0));
  // By its digest; the text is sent only where Redis does not know it yet.
  Result<redis::Reply, redis::CommandError> run(const RedisScript& script, const std::vector<std::string>& keys,
                                                const std::vector<std::string>& arguments);

  // Told once when a fault of Redis begins, once for each other kind that it becomes, and once when it is over. That
  // Redis is full or forbids something is over when the same command is done again.
  using OnChange = std::function<void(bool well, const std::string& message)>;
  void on_change(OnChange told) { on_change_ = std::move(told); }

  // How often it has connected.
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
  std::optional<redis::CommandError> last_error_;  // why we are not connected
  Milliseconds retry_at_{0};                       // steady
  std::uint64_t connections_ = 0;
  std::map<const char*, std::string> digests_;
  OnChange on_change_;
  redis::Trouble trouble_;
  std::set<std::string> failing_;  // commands that Redis refuses; "" for all of them
};

}  // namespace hotspot::io
