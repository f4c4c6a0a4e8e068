// The registry of nodes in Redis: the hash `nodes`, one field per node, and the field ":revision".
#pragma once

#include "actuator/io/redis/client.h"
#include "actuator/ports/registry.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

class RedisRegistry : public ports::Registry {
 public:
  RedisRegistry(RedisClient& client, const telemetry::Keyspace& keyspace) : client_(client), keyspace_(keyspace) {}

  Result<std::int64_t> revision() override;
  Result<record::Registry> load() override;
  Result<void, ports::WriteError> save(std::int64_t token, const ports::RegistryChange& change) override;

 private:
  RedisClient& client_;
  telemetry::Keyspace keyspace_;
};

// Shared with hotspotctl.
Result<record::Registry> read_registry(RedisClient& client, const telemetry::Keyspace& keyspace);

}  // namespace hotspot::io
