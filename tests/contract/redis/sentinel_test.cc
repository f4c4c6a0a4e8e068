// The master that the sentinels name: found, followed, and left when it is one no longer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/system_clock.h"
#include "tests/contract/redis/listening_publisher.h"
#include "tests/support/write_password.h"

namespace hotspot::io {
namespace {

using collector::ListeningPublisher;
using hotspot::testing::ask;
using hotspot::testing::free_port;
using hotspot::testing::RedisServer;
using hotspot::testing::Sentinel;
using hotspot::testing::SentinelGroup;
using hotspot::testing::wait_for;
using ::testing::HasSubstr;

redis::Options by(const std::vector<redis::Address>& sentinels) {
  redis::Options options;
  options.addresses = sentinels;
  options.sentinel.master = "hotspot";
  return options;
}

TEST(RedisBehindSentinel, IsFoundThroughTheSentinelThatAnswers) {
  const RedisServer master;
  const Sentinel sentinel(master, 1);
  redis::Connection connection(by({{"127.0.0.1", free_port()}, sentinel.address()}));
  const auto connected = connection.connect();
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(connection.peer().address.port, master.port());
  EXPECT_EQ(connection.command({"PING"})->text, "PONG");
}

TEST(RedisBehindSentinel, IsFoundWhileASentinelHangs) {
  const RedisServer master;
  Sentinel hanging(master, 1);
  const Sentinel sentinel(master, 1);
  hanging.server().pause();
  redis::Connection connection(by({hanging.address(), sentinel.address()}));
  const auto connected = connection.connect();
  ASSERT_TRUE(connected) << connected.error().message;
}

TEST(RedisBehindSentinel, OfAnotherNameIsASentence) {
  const RedisServer master;
  const Sentinel sentinel(master, 1);
  redis::Options options = by({sentinel.address()});
  options.sentinel.master = "mymaster";
  const auto unknown = redis::Connection(options).connect();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "the Sentinel at " + to_string(sentinel.address()) +
                                         " knows no master 'mymaster'; check the name (sentinel monitor NAME … in its "
                                         "configuration)");
}

TEST(RedisBehindSentinel, IsMissedWithASentenceThatNamesEverySentinel) {
  const redis::Address one{"127.0.0.1", free_port()}, two{"127.0.0.1", free_port()};
  const auto away = redis::Connection(by({one, two})).connect();
  ASSERT_FALSE(away);
  EXPECT_THAT(away.error().message, HasSubstr("cannot connect to the Sentinel at " + to_string(one)));
  EXPECT_THAT(away.error().message, HasSubstr("cannot connect to the Sentinel at " + to_string(two)));
}

TEST(RedisBehindSentinel, IsFoundWhereTheSentinelsHaveAPasswordOfTheirOwn) {
  const RedisServer master;
  Sentinel sentinel(master, 1, {"requirepass sentinels-secret"});
  redis::Options options = by({sentinel.address()});
  const auto without = redis::Connection(options).connect();
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, "NOAUTH") << without.error().message;
  options.sentinel.password_file = master.folder() + "/password";
  hotspot::testing::write_password(options.sentinel.password_file, "sentinels-secret");
  const auto with = redis::Connection(options).connect();
  EXPECT_TRUE(with) << with.error().message;
  // A user of the sentinels with what docs/acl.md says is enough.
  ask(sentinel.server(),
      {"ACL", "SETUSER", "watcher", "on", ">sentinels-secret", "resetchannels", "-@all", "+ping", "+client|setname",
       "+sentinel|get-master-addr-by-name"},
      "sentinels-secret");
  options.sentinel.user = "watcher";
  const auto as_user = redis::Connection(options).connect();
  EXPECT_TRUE(as_user) << as_user.error().message;
}

TEST(RedisBehindSentinel, ThatIsStillAReplicaIsNotUsed) {
  const RedisServer master, replica;
  ask(replica, {"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  const Sentinel sentinel(replica, 1);
  const auto connected = redis::Connection(by({sentinel.address()})).connect();
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().message, HasSubstr("is named as master by the sentinels, but is still a replica"));
}

TEST(RedisBehindSentinel, ThatStillAnswersIsLeftWhenTheSentinelsNameAnother) {
  const RedisServer old_master, new_master;
  Sentinel sentinel(old_master, 1);
  redis::Options options = by({sentinel.address()});
  options.sentinel.recheck_interval = Milliseconds(20);
  redis::Connection connection(options);
  ASSERT_TRUE(connection.connect());
  ASSERT_TRUE(connection.connected());
  ask(sentinel.server(), {"SENTINEL", "REMOVE", "hotspot"});
  ask(sentinel.server(), {"SENTINEL", "MONITOR", "hotspot", "127.0.0.1", std::to_string(new_master.port()), "1"});
  ASSERT_TRUE(wait_for([&] { return !connection.connected(); })) << "it stays with a master that was replaced";
  ASSERT_TRUE(connection.connect());
  EXPECT_EQ(connection.peer().address.port, new_master.port());
}

TEST(RedisBehindSentinel, IsLeftByNobodyWhenTheSentinelsAreAway) {
  const RedisServer master;
  Sentinel sentinel(master, 1);
  redis::Options options = by({sentinel.address()});
  options.sentinel.recheck_interval = Milliseconds(0);
  redis::Connection connection(options);
  ASSERT_TRUE(connection.connect());
  sentinel.server().stop();
  EXPECT_TRUE(connection.connected());
  EXPECT_EQ(connection.command({"PING"})->text, "PONG");
}

// One failover for both programs: it is what takes time.
TEST(RedisBehindSentinel, IsFollowedByBothProgramsThroughAFailover) {
  SentinelGroup group;
  ListeningPublisher publisher;
  publisher.options.redis.addresses = group.addresses();
  publisher.options.redis.sentinel.master = "hotspot";
  publisher.start();
  publisher.publish("before");
  ASSERT_TRUE(publisher.has_published(1)) << ::testing::PrintToString(publisher.said());
  const SystemClock clock;
  RedisClient client(by(group.addresses()), clock, {.first = Milliseconds(20), .longest = Milliseconds(100)});
  RedisLease lease(client, clock, *telemetry::Keyspace::of(ListeningPublisher::kCluster), {"hotspotd@test:1"});
  const auto before = lease.acquire_or_renew();
  ASSERT_TRUE(before && before->held) << before.error().message;
  ask(group.first(), {"WAIT", "1", "1000"});

  group.first().stop();
  publisher.publish("after");
  ASSERT_TRUE(publisher.has_published(2)) << ::testing::PrintToString(publisher.said());
  EXPECT_THAT(ask(group.second(), {"XRANGE", publisher.options.stream, "-", "+"}), HasSubstr("after"));
  EXPECT_EQ(publisher.counts().dropped, 0u);
  EXPECT_EQ(publisher.counts().reconnects, 1u);
  ASSERT_TRUE(wait_for([&] {
    const auto renewed = lease.acquire_or_renew();
    return renewed && renewed->held;
  }));
  ASSERT_TRUE(publisher.has_said("Redis is back after"));
  const std::string promoted = std::to_string(group.second().port());
  EXPECT_TRUE(wait_for([&] { return group.sentinel(0).master_port() == promoted; })) << "they agree in the end";
}

}  // namespace
}  // namespace hotspot::io
