#include "actuator/client/connection.h"

#include "telemetry/keyspace.h"

namespace hotspot::client {
namespace {

// In a Redis Cluster, any key of this cluster tells the server.
redis::Options with_key(redis::Options options, const telemetry::Keyspace& keys) {
  options.key = keys.state();
  return options;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Target& target) {
  const auto keys = telemetry::Keyspace::of(target.cluster);
  if (!keys) return keys.error();
  return std::unique_ptr<Connection>(new Connection(target, *keys));
}

Connection::Connection(const Target& target, const telemetry::Keyspace& keys)
    : cluster_(target.cluster),
      freshness_(target.freshness),
      client_(with_key(target.redis, keys), clock_),
      operator_(client_, keys) {}

}  // namespace hotspot::client
