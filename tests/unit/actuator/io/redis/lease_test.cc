// What the Redis lease promises beyond the contract (tests/contract/ports): when Redis loses its data.
#include "actuator/io/redis/lease.h"

#include "actuator/io/redis/journal.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

constexpr Milliseconds kLong{60'000};

class RedisLeaseTest : public RedisTest {
 protected:
  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1", kLong}};
};

TEST_F(RedisLeaseTest, ReadsInRedisCli) {
  const auto taken = lease_.acquire_or_renew();
  ASSERT_TRUE(taken);
  EXPECT_EQ(cli({"GET", keyspace_.lease()}).find(std::to_string(taken->token) + " hotspotd@n1:1 "), 0u);
  EXPECT_EQ(cli({"HGET", keyspace_.state(), "fencing_token"}), std::to_string(taken->token));
  const auto expiry = std::stoll(cli({"PTTL", keyspace_.lease()}));
  EXPECT_GT(expiry, 50'000);
  EXPECT_LE(expiry, 60'000);
}

TEST_F(RedisLeaseTest, AnothersTokenRisesAlsoWhenRedisLostAllItsData) {
  const auto before = lease_.acquire_or_renew();
  ASSERT_TRUE(before);
  server_.stop();
  server_.start();
  ASSERT_TRUE(wait_for([&] { return cli({"PING"}) == "PONG"; }));
  RedisJournal journal(client_, keyspace_);
  const auto fenced = journal.save_state(before->token, {{"a", "b"}});
  ASSERT_FALSE(fenced);
  EXPECT_EQ(fenced.error().fault, ports::WriteFault::kFenced);
  RedisLease another(client_, clock_, keyspace_, {"another", kLong});
  const auto after = another.acquire_or_renew();
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->held);
  EXPECT_GT(after->token, before->token);
}

TEST_F(RedisLeaseTest, TheTokenRisesAlsoWhenTheServersClockWasSetBack) {
  cli({"HSET", keyspace_.state(), "fencing_token", "4000000000000"});
  EXPECT_EQ(lease_.acquire_or_renew()->token, 4'000'000'000'001);
}

TEST_F(RedisLeaseTest, AnAnswerThatComesAfterTheDurationDoesNotCount) {
  // The process was stopped between asking and reading: what Redis granted has run out meanwhile.
  class Jumping : public ports::Clock {
   public:
    WallTime now() const override { return {}; }
    Milliseconds steady() const override { return Milliseconds(calls_++ * 61'000); }

   private:
    mutable int calls_ = 0;
  } jumping;
  RedisLease late(client_, jumping, keyspace_, {"late", kLong});
  const auto taken = late.acquire_or_renew();
  ASSERT_TRUE(taken);
  EXPECT_FALSE(taken->held);
  EXPECT_EQ(taken->held_until, Milliseconds(0));
}

TEST_F(RedisLeaseTest, AForeignValueUnderTheKeyIsNamed) {
  cli({"SET", keyspace_.lease(), "nonsense"});
  const auto refused = lease_.acquire_or_renew();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(keyspace_.lease()), std::string::npos);
}

TEST_F(RedisLeaseTest, AHolderWithSpacesIsStillOneWord) {
  RedisLease spaced(client_, clock_, keyspace_, {"two words", kLong});
  EXPECT_EQ(spaced.acquire_or_renew()->holder, "two_words");
}

TEST(LeaseText, IsReadOrRefused) {
  const auto lease = lease_from_text("17 hotspotd@n1:1 99");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->token, 17);
  EXPECT_EQ(lease->holder, "hotspotd@n1:1");
  EXPECT_FALSE(lease->held);
  for (const char* wrong : {"", "17", "17 x", "x y z", "1x y z", "99999999999999999999 y z"})
    EXPECT_FALSE(lease_from_text(wrong)) << wrong;
}

}  // namespace
}  // namespace hotspot::io
