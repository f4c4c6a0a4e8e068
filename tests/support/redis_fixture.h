// What the tests against a real redis-server share.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "actuator/io/redis/client.h"
#include "actuator/io/system_clock.h"
#include "telemetry/keyspace.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait.h"

namespace hotspot::io {

using hotspot::testing::wait_for;

class RedisTest : public ::testing::Test {
 protected:
  redis::Options options() const {
    redis::Options made;
    made.port = server_.port();
    return made;
  }
  // As redis-cli would; the text or the number of the reply, or the error's message.
  std::string cli(const redis::Command& command) {
    auto reply = client_.command(command);
    if (!reply) return reply.error().message;
    return reply->kind == redis::Reply::Kind::kInteger ? std::to_string(reply->integer) : reply->text;
  }

  testing::RedisServer server_;
  SystemClock clock_;
  telemetry::Keyspace keyspace_ = *telemetry::Keyspace::of("unit");
  RedisClient client_{options(), clock_, {.first = Milliseconds(1), .longest = Milliseconds(5)}};
};

}  // namespace hotspot::io
