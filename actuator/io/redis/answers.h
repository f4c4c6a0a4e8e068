// The hash `answers`: the leader's answer to each command, by the command's id.
//
// Written with the fencing token, like everything that a leader writes. Answers are kept for an hour, and only the
// newest, so that the hash stays small whatever is sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/record/answer.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

// An error with the code FENCED: another hotspotd leads.
Result<void, redis::CommandError> write_answers(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                std::int64_t token, const std::vector<record::Answer>& answers);
// Those that can be read.
Result<std::vector<record::Answer>> read_answers(RedisClient& client, const telemetry::Keyspace& keyspace);
// Empty: there is none (yet).
Result<std::optional<record::Answer>, redis::CommandError> read_answer(RedisClient& client,
                                                                       const telemetry::Keyspace& keyspace,
                                                                       const std::string& id);

}  // namespace hotspot::io
