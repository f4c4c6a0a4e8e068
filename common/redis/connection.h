// One connection to the Redis server that holds this cluster's keys, wherever that is at present: at one address, the
// master that the Sentinels name, or the node of a Redis Cluster that owns the slot.
//
// connect() finds the server anew each time. A Redis Cluster is detected automatically, and its redirections (MOVED,
// ASK) are followed: they mean that the command was not executed, so nothing is done twice. The connection is closed if
// the server turns out to be a replica, to have lost its master or to be loading, or if the Sentinels have replaced the
// master. After any fault but kRefused the connection is closed and connected() is false; after kRefused it may be.
// When and how often to connect again is up to the caller (RedisClient does so with a back-off).
// Source: Redis' "Guidelines for Redis clients with support for Redis Sentinel" and the Redis Cluster specification.
// Thread rule: one thread at a time, except for interrupt(), which any thread may call.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "common/redis/cluster.h"
#include "common/redis/options.h"
#include "common/redis/reply.h"
#include "common/redis/wire.h"
#include "telemetry/result.h"

namespace hotspot::redis {

class Connection {
 public:
  explicit Connection(Options options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Finds the server, connects, authenticates and names the connection, all within connect_timeout. Only name
  // resolution may take longer.
  Result<void, CommandError> connect();
  // False also if the server closed the connection while it was idle, or if the Sentinels name another master.
  bool connected();
  void drop() { wire_.drop(); }

  // `extra_wait` is added to the command timeout, for commands that block in Redis.
  Result<Reply, CommandError> command(const Command& command, Milliseconds extra_wait = Milliseconds(0));
  // Sends all commands in one write. Error replies are returned among the replies.
  Result<std::vector<Reply>, CommandError> pipeline(const std::vector<Command>& commands) {
    return exchange(commands, Milliseconds(0));
  }
  // Turns an error reply of pipeline() into a sentence.
  CommandError refusal(const Reply& error_reply) const { return refused(wire_.peer(), error_reply.text); }

  // Ends a call that is waiting, and all later calls, with kInterrupted.
  void interrupt();

  const Options& options() const { return options_; }
  const Peer& peer() const { return wire_.peer(); }  // the server in use, or the last one

 private:
  using Deadline = Wire::Deadline;
  enum class Ask { kNothing, kRole, kRoleAndCluster };
  struct Met {
    std::string role;  // "master" or "slave"; empty if ROLE was not asked
    bool is_cluster = false;
    std::string node_id;
    ClusterView view;
  };

  Peer peer_at(const Address& address) const;
  std::vector<Peer> candidates() const;
  Result<void, CommandError> connect_to_one_of(const std::vector<Peer>& peers, Deadline deadline);
  enum class Role { kAny, kMaster };
  Result<void, CommandError> connect_as_node(const Peer& peer, Deadline deadline, Role wanted);
  Result<void, CommandError> connect_by_sentinel(Deadline deadline);
  Result<Address, CommandError> ask_sentinel(const Address& sentinel, Deadline deadline);
  bool is_still_master();
  Result<std::vector<Reply>, CommandError> exchange(std::span<const Command> commands, Milliseconds extra_wait);
  // Connects, authenticates and asks the server for its role.
  Result<Met, CommandError> meet(Wire& wire, const Peer& peer, Deadline deadline, Ask ask);
  Result<bool, CommandError> follow_redirects(std::span<const Command> commands, std::vector<Reply>& replies,
                                              Deadline deadline);
  Result<Reply, CommandError> ask_there(const Command& command, const Address& there, Deadline deadline);

  Options options_;
  int interrupt_fd_;  // an eventfd that interrupt() makes readable
  Wire wire_, sentinel_wire_;
  std::vector<Address> sentinels_;      // the one that answered last is first
  std::vector<Address> cluster_nodes_;  // as the cluster reported them; the owner of the slot is first
  std::chrono::steady_clock::time_point check_master_at_;
};

}  // namespace hotspot::redis
