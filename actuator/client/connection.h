// What every reader of this folder uses: the connection to the Redis of one cluster.
//
// Thread rule: one thread at a time.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/operator.h"
#include "actuator/io/system_clock.h"
#include "actuator/model/cluster.h"
#include "common/redis/options.h"

namespace hotspot::client {

struct Target {
  std::string cluster;
  redis::Options redis;
  model::Freshness freshness;
};

class Connection {
 public:
  // An error if there can be no cluster of that name. Does not connect yet.
  static Result<std::unique_ptr<Connection>> open(const Target& target);

  io::RedisOperator& redis() { return operator_; }
  const std::string& cluster() const { return cluster_; }
  const model::Freshness& freshness() const { return freshness_; }
  WallTime now() const { return clock_.now(); }
  Milliseconds steady() const { return clock_.steady(); }

 private:
  Connection(const Target& target, const telemetry::Keyspace& keys);
  io::SystemClock clock_;
  std::string cluster_;
  model::Freshness freshness_;
  io::RedisClient client_;
  io::RedisOperator operator_;
};

}  // namespace hotspot::client
