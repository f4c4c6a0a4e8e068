// One socket to one server that speaks Redis' protocol: TCP, TLS or a unix socket, every call within a deadline.
//
// After any fault the socket is closed. Who is asked, and what its answers mean, is the caller's business
// (redis_connection.h). Thread rule: one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "actuator/io/redis/reply_budget.h"
#include "actuator/io/redis_errors.h"
#include "actuator/io/redis_options.h"
#include "actuator/io/redis_reply.h"
#include "telemetry/result.h"

struct redisContext;

namespace hotspot::io {

class RedisWire {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // interrupt_fd: calls end with kInterrupted while it is readable. `options` must outlive the wire.
  RedisWire(const RedisOptions& options, int interrupt_fd) : options_(options), interrupt_fd_(interrupt_fd) {}
  RedisWire(const RedisWire&) = delete;
  RedisWire& operator=(const RedisWire&) = delete;

  // Connects, with TLS where that is on. Only name resolution may outlast the deadline.
  Result<void, RedisError> dial(RedisPeer peer, Deadline deadline);
  // False also when the server has closed it while it was idle.
  bool connected();
  void drop() { context_.reset(); }

  // Sends all in one write and takes as many replies. Error replies stand among them. A server that answers more than
  // it was asked is not believed: nobody could tell which answer is whose.
  Result<std::vector<RedisReply>, RedisError> exchange(std::span<const RedisCommand> commands, Deadline deadline);

  const RedisPeer& peer() const { return peer_; }  // of the last dial

 private:
  struct Closer {
    void operator()(redisContext* context) const;
  };
  Result<void, RedisError> finish_connecting(Deadline deadline);
  Result<void, RedisError> send(const RedisCommand& command);
  Result<void, RedisError> flush(Deadline deadline);
  Result<RedisReply, RedisError> receive(Deadline deadline);
  RedisError too_large();
  Result<void, RedisError> wait(short events, Deadline deadline);
  RedisError lost();

  const RedisOptions& options_;
  int interrupt_fd_;
  RedisPeer peer_;
  ReplyBudget budget_;  // of the exchange that is under way
  std::unique_ptr<redisContext, Closer> context_;
  Milliseconds patience_{0};  // of the call that is under way, for messages
};

}  // namespace hotspot::io
