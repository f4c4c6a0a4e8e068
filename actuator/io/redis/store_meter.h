// How full Redis is, by INFO memory: of the server that has the cluster's keys.
//
// Asked within a script, so that a user who may not ask is an answer and no fault of Redis, and three short values come
// back, whatever INFO says besides.
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
