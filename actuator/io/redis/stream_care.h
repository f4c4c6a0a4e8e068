// Repairs streams whose ids are ahead of Redis' clock: `snapshots` is restarted; of the streams of commands and
// decisions, entries that are not from the future are kept; the journal is not changed.
#pragma once

#include "actuator/io/redis/client.h"
#include "actuator/ports/stream_care.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

class RedisStreamCare : public ports::StreamCare {
 public:
  // most_ahead: of Redis' own clock; the clocks of master and replica differ by less.
  RedisStreamCare(RedisClient& client, const telemetry::Keyspace& keyspace, Milliseconds most_ahead)
      : client_(client), keyspace_(keyspace), most_ahead_(most_ahead) {}

  Result<std::vector<ports::StreamTrouble>, ports::WriteError> tend(std::int64_t token) override;

 private:
  RedisClient& client_;
  telemetry::Keyspace keyspace_;
  Milliseconds most_ahead_;
};

}  // namespace hotspot::io
