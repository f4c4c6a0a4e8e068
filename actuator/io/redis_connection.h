// One connection to the Redis server that has our keys, wherever that is now: at one address, the master that the
// sentinels name, or the node of a Redis Cluster that has the slot.
//
// connect() looks it up anew each time. A Redis Cluster is recognised by itself, and its redirections (MOVED, ASK) are
// followed: they say that nothing was done, so nothing is done twice. A server that turns out to be a replica, to have
// lost its master or to be loading is left, and so is a master that the sentinels have replaced.
// After any fault but kRefused the connection is dropped and connected() is false; after kRefused it may be. Connect
// again, when and how often is the caller's business (RedisClient does it with a back-off).
// Source: Redis' "Guidelines for Redis clients with support for Redis Sentinel" and the Redis Cluster specification.
// Thread rule: one thread at a time, except interrupt(), which any thread may call.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "actuator/io/redis_cluster.h"
#include "actuator/io/redis_options.h"
#include "actuator/io/redis_reply.h"
#include "actuator/io/redis_wire.h"
#include "telemetry/result.h"

namespace hotspot::io {

class RedisConnection {
 public:
  explicit RedisConnection(RedisOptions options);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Finds the server, connects, authenticates and names the connection, within connect_timeout. Only name resolution
  // may take longer.
  Result<void, RedisError> connect();
  // False also when the server has closed it while it was idle, or when the sentinels name another master.
  bool connected();
  void drop() { wire_.drop(); }

  // `extra_wait` is added to the command timeout, for commands that block in Redis.
  Result<RedisReply, RedisError> command(const RedisCommand& command, Milliseconds extra_wait = Milliseconds(0));
  // All in one write. Error replies stand among the replies.
  Result<std::vector<RedisReply>, RedisError> pipeline(const std::vector<RedisCommand>& commands) {
    return exchange(commands, Milliseconds(0));
  }
  // An error reply of pipeline() as a sentence.
  RedisError refusal(const RedisReply& error_reply) const { return refused(wire_.peer(), error_reply.text); }

  // Ends a call that waits, and all later ones, with kInterrupted.
  void interrupt();

  const RedisOptions& options() const { return options_; }
  const RedisPeer& peer() const { return wire_.peer(); }  // whom we speak to, or spoke to last

 private:
  using Deadline = RedisWire::Deadline;
  enum class Ask { kNothing, kRole, kRoleAndCluster };
  struct Met {
    std::string role;  // "master" or "slave"; empty if not asked
    bool is_cluster = false;
    std::string node_id;
    ClusterView view;
  };

  RedisPeer peer_at(const RedisAddress& address) const;
  std::vector<RedisPeer> candidates() const;
  Result<void, RedisError> connect_to_one_of(const std::vector<RedisPeer>& peers, Deadline deadline);
  Result<void, RedisError> connect_as_node(const RedisPeer& peer, Deadline deadline, bool must_be_master);
  Result<void, RedisError> connect_by_sentinel(Deadline deadline);
  Result<RedisAddress, RedisError> ask_sentinel(const RedisAddress& sentinel, Deadline deadline);
  bool is_still_master();
  Result<std::vector<RedisReply>, RedisError> exchange(std::span<const RedisCommand> commands, Milliseconds extra_wait);
  // Dials and authenticates, and asks what it is.
  Result<Met, RedisError> meet(RedisWire& wire, const RedisPeer& peer, Deadline deadline, Ask ask);
  Result<bool, RedisError> follow_redirects(std::span<const RedisCommand> commands, std::vector<RedisReply>& replies,
                                            Deadline deadline);
  Result<RedisReply, RedisError> ask_there(const RedisCommand& command, const RedisAddress& there, Deadline deadline);

  RedisOptions options_;
  int interrupt_fd_;  // an eventfd that becomes readable by interrupt()
  RedisWire wire_, sentinel_wire_;
  std::vector<RedisAddress> sentinels_;      // the one that answered last comes first
  std::vector<RedisAddress> cluster_nodes_;  // as they told; the one that has our slot comes first
  std::chrono::steady_clock::time_point check_master_at_;
};

}  // namespace hotspot::io
