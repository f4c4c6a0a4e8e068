// One connection to one Redis server.
//
// After any fault but kRefused the connection is dropped and connected() is false: connect again, when and how often is
// the caller's business (RedisClient does it with a back-off).
// Thread rule: one thread at a time, except interrupt(), which any thread may call.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "actuator/io/redis_options.h"
#include "actuator/io/redis_reply.h"
#include "telemetry/result.h"

struct redisContext;

namespace hotspot::io {

class RedisConnection {
 public:
  explicit RedisConnection(RedisOptions options);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Connects, authenticates and names the connection, within connect_timeout. Only name resolution may take longer.
  Result<void, RedisError> connect();
  // False also when the server has closed it while it was idle.
  bool connected();
  void drop();

  // `extra_wait` is added to the command timeout, for commands that block in Redis.
  Result<RedisReply, RedisError> command(const RedisCommand& command, Milliseconds extra_wait = Milliseconds(0));
  // All in one write. Error replies stand among the replies.
  Result<std::vector<RedisReply>, RedisError> pipeline(const std::vector<RedisCommand>& commands);

  // Ends a call that waits, and all later ones, with kInterrupted.
  void interrupt();

  const RedisOptions& options() const { return options_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Closer {
    void operator()(redisContext* context) const;
  };

  Result<void, RedisError> dial(Deadline deadline);  // the one place that resolves an address and connects
  Result<void, RedisError> introduce(Deadline deadline);
  Result<void, RedisError> send(const RedisCommand& command);
  Result<void, RedisError> flush(Deadline deadline);
  Result<RedisReply, RedisError> receive(Deadline deadline, std::size_t& budget_bytes);
  Result<RedisReply, RedisError> exchange(const RedisCommand& command, Deadline deadline);
  Result<void, RedisError> wait(short events, Deadline deadline);
  RedisError lost();

  RedisOptions options_;
  std::unique_ptr<redisContext, Closer> context_;
  Milliseconds patience_{0};  // of the call that is under way, for messages
  int interrupt_fd_;          // an eventfd that becomes readable by interrupt()
};

}  // namespace hotspot::io
