// The hash `console` in Redis.
//
// Thread rule: one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actuator/client/connection.h"
#include "actuator/console/credentials.h"
#include "actuator/io/redis/client.h"
#include "telemetry/keyspace.h"

namespace hotspot::console {

class CredentialStore {
 public:
  // An error if there can be no cluster of that name. Does not connect yet.
  static Result<std::unique_ptr<CredentialStore>> open(const client::Target& target);

  Result<Credentials> read();
  Result<void> put(const Token& token);
  Result<void> put(const Session& session);
  // By field; those that are not there are no error. The number that was there.
  Result<std::int64_t> drop(const std::vector<std::string>& fields);
  WallTime now() const { return clock_.now(); }

 private:
  CredentialStore(redis::Options options, const telemetry::Keyspace& keys);
  Result<std::string> seal_key() const;  // the Redis password; without one: empty
  Result<void> put(const std::string& field, const std::string& json);

  io::SystemClock clock_;
  std::string key_;  // hotspot:{CLUSTER}:console
  io::RedisClient client_;
};

}  // namespace hotspot::console
