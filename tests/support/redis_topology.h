// Several redis-servers of a test's own: a master and its replica under sentinels, and a Redis Cluster.
//
// All on 127.0.0.1, with times short enough that a failover takes a second or two. They end with the test. Failures
// throw. Thread rule: one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/redis/connection.h"
#include "tests/support/redis_server.h"

namespace hotspot::testing {

// As redis-cli would: the text or number of the reply, arrays joined by spaces, or the error reply.
std::string ask(const RedisServer& server, const redis::Command& command, const std::string& password = "");

// One sentinel of its own process, watching `master` under the name "hotspot".
class Sentinel {
 public:
  Sentinel(const RedisServer& master, int quorum, const std::vector<std::string>& more_lines = {});
  redis::Address address() const { return {"127.0.0.1", server_->port()}; }
  RedisServer& server() { return *server_; }
  // The port of the master that it names now.
  std::string master_port();

 private:
  std::string folder_;
  std::unique_ptr<RedisServer> server_;
};

// A master, its replica, and two sentinels that agree on a failover.
class SentinelGroup {
 public:
  SentinelGroup();
  RedisServer& first() { return first_; }    // the master at the beginning
  RedisServer& second() { return second_; }  // its replica
  Sentinel& sentinel(std::size_t i) { return *sentinels_[i]; }
  std::vector<redis::Address> addresses() const;

 private:
  RedisServer first_, second_;
  std::vector<std::unique_ptr<Sentinel>> sentinels_;
};

// Three masters that share the slots, and one replica of the master that has `key`.
class RedisCluster {
 public:
  explicit RedisCluster(const std::string& key);
  RedisServer& owner() { return *nodes_[owner_]; }            // that had `key` at the beginning
  RedisServer& other() { return *nodes_[(owner_ + 1) % 3]; }  // another master
  RedisServer& replica() { return *nodes_[3]; }               // of the owner
  std::vector<std::unique_ptr<RedisServer>>& nodes() { return nodes_; }
  std::string slot() const { return slot_; }
  std::string id_of(const RedisServer& node) const { return ask(node, {"CLUSTER", "MYID"}); }
  // The slot goes over to `other()`, as CLUSTER SETSLOT … NODE has it.
  void move_slot_to_other();

 private:
  std::vector<std::unique_ptr<RedisServer>> nodes_;
  std::size_t owner_ = 0;
  std::string slot_;
};

}  // namespace hotspot::testing
