// One socket to one server that speaks Redis' protocol: TCP, TLS or a unix socket, every call within a deadline.
//
// After any fault the socket is closed. Which server to ask, and what its replies mean, is up to the caller
// (connection.h). Thread rule: one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "common/redis/errors.h"
#include "common/redis/options.h"
#include "common/redis/reply.h"
#include "common/redis/reply_budget.h"
#include "telemetry/result.h"

struct redisContext;

namespace hotspot::redis {

class Wire {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // interrupt_fd: while it is readable, calls end with kInterrupted. `options` must outlive the wire.
  Wire(const Options& options, int interrupt_fd) : options_(options), interrupt_fd_(interrupt_fd) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Connects, with TLS if that is on. Only name resolution may outlast the deadline.
  Result<void, CommandError> dial(Peer peer, Deadline deadline);
  // False also if the server closed the connection while it was idle.
  bool connected();
  void drop() { context_.reset(); }

  // Sends all commands in one write and reads as many replies. Error replies are among them. A server that sends more
  // than that is an error: it would not be clear which reply belongs to which command.
  Result<std::vector<Reply>, CommandError> exchange(std::span<const Command> commands, Deadline deadline);

  const Peer& peer() const { return peer_; }  // of the last dial

 private:
  struct Closer {
    void operator()(redisContext* context) const;
  };
  Result<void, CommandError> finish_connecting(Deadline deadline);
  Result<void, CommandError> send(const Command& command);
  Result<void, CommandError> flush(Deadline deadline);
  Result<Reply, CommandError> receive(Deadline deadline);
  CommandError too_large();
  Result<void, CommandError> wait(short events, Deadline deadline);
  CommandError lost();

  const Options& options_;
  int interrupt_fd_;
  Peer peer_;
  ReplyBudget budget_;  // of the exchange in progress
  std::unique_ptr<redisContext, Closer> context_;
  Milliseconds patience_{0};  // of the call in progress, for messages
};

}  // namespace hotspot::redis
