// Measures how full Redis is, by INFO memory on the server that holds the cluster's keys.
//
// Queried within a script, so that a missing permission is an answer and not a fault of Redis, and only three short
// values are returned.
#pragma once

#include "actuator/io/redis/client.h"
#include "actuator/ports/store_meter.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

class RedisStoreMeter : public ports::StoreMeter {
 public:
  RedisStoreMeter(RedisClient& client, const telemetry::Keyspace& keyspace) : client_(client), keyspace_(keyspace) {}

  Result<std::optional<ports::StoreMemory>> memory() override;

 private:
  RedisClient& client_;
  telemetry::Keyspace keyspace_;
};

}  // namespace hotspot::io
