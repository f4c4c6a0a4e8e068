// How full a real Redis is.
#include "actuator/io/redis/store_meter.h"

#include <gmock/gmock.h>

#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

class StoreMeterTest : public RedisTest {
 protected:
  std::optional<ports::StoreMemory> memory() {
    const auto read = meter_.memory();
    EXPECT_TRUE(read) << read.error().message;
    return read ? *read : std::nullopt;
  }
  RedisStoreMeter meter_{client_, keyspace_};
};

TEST_F(StoreMeterTest, TellsWhatRedisUsesWhatItMayUseAndWhatItDoesThen) {
  const auto before = memory();
  ASSERT_TRUE(before);
  EXPECT_GT(before->used_bytes, 100'000);
  EXPECT_EQ(before->limit_bytes, std::nullopt) << "without a maxmemory there is no limit";
  cli({"CONFIG", "SET", "maxmemory", "100mb"});
  cli({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  cli({"SET", "filler", std::string(4u << 20, 'x')});
  const auto after = memory();
  ASSERT_TRUE(after);
  EXPECT_GT(after->used_bytes, before->used_bytes + (4 << 20) - 1);
  EXPECT_EQ(after->limit_bytes, 100 << 20);
  EXPECT_EQ(after->policy, "allkeys-lru");
}

TEST_F(StoreMeterTest, TellsItAlsoWhenRedisIsFull) {
  cli({"SET", "filler", std::string(4u << 20, 'x')});
  cli({"CONFIG", "SET", "maxmemory", "1mb"});
  ASSERT_FALSE(client_.command({"SET", "more", std::string(1000, 'x')})) << "it is full";
  const auto full = memory();
  ASSERT_TRUE(full);
  EXPECT_GT(full->used_bytes, *full->limit_bytes);
  cli({"CONFIG", "SET", "maxmemory", "0"});
}

}  // namespace
}  // namespace hotspot::io
