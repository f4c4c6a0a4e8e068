// A Redis Cluster of three masters: recognised by itself, its redirections followed, a failover survived.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/stream_follower.h"
#include "actuator/io/system_clock.h"
#include "tests/contract/redis/listening_publisher.h"

namespace hotspot::io {
namespace {

using collector::ListeningPublisher;
using hotspot::testing::ask;
using hotspot::testing::free_port;
using hotspot::testing::RedisCluster;
using hotspot::testing::RedisServer;
using hotspot::testing::wait_for;
using ::testing::HasSubstr;

// A cluster takes seconds to come up: the tests share one, and the last of them breaks it.
class RedisClusterTest : public ::testing::Test {
 protected:
  redis::Options at(const RedisServer& node) const {
    redis::Options options;
    options.port = node.port();
    options.key = keyspace_.state();
    return options;
  }
  telemetry::Keyspace keyspace_ = *telemetry::Keyspace::of(ListeningPublisher::kCluster);
  RedisCluster cluster_{keyspace_.state()};
  SystemClock clock_;
};

TEST_F(RedisClusterTest, IsEnteredAtAnyNodeAndLedToTheOneThatHasTheSlot) {
  for (const auto& node : cluster_.nodes()) {
    redis::Connection connection(at(*node));
    const auto connected = connection.connect();
    ASSERT_TRUE(connected) << connected.error().message;
    EXPECT_EQ(connection.peer().address.port, cluster_.owner().port()) << "entered at " << node->address();
  }
  redis::Options seeds = at(cluster_.other());
  seeds.addresses = {{"127.0.0.1", free_port()}, {"127.0.0.1", cluster_.replica().port()}};
  redis::Connection connection(seeds);
  const auto connected = connection.connect();
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(connection.peer().address.port, cluster_.owner().port());

  // Without a key, or where CLUSTER SLOTS is forbidden, the redirection tells.
  redis::Options blind = at(cluster_.other());
  blind.key.clear();
  redis::Connection led(blind);
  ASSERT_TRUE(led.connect());
  EXPECT_EQ(led.peer().address.port, cluster_.other().port());
  EXPECT_EQ(led.command({"HSET", keyspace_.state(), "a", "b"})->integer, 1);
  EXPECT_EQ(led.peer().address.port, cluster_.owner().port());
}

TEST_F(RedisClusterTest, IsFollowedWhereItsSlotGoes) {
  redis::Connection connection(at(cluster_.owner()));
  ASSERT_TRUE(connection.connect());
  ASSERT_TRUE(connection.command({"HSET", keyspace_.state(), "a", "b"}));
  // On its way, what is not there yet is asked for at the other node, once.
  const std::string id = cluster_.id_of(cluster_.owner());
  ASSERT_EQ(ask(cluster_.other(), {"CLUSTER", "SETSLOT", cluster_.slot(), "IMPORTING", id}), "OK");
  ASSERT_EQ(
      ask(cluster_.owner(), {"CLUSTER", "SETSLOT", cluster_.slot(), "MIGRATING", cluster_.id_of(cluster_.other())}),
      "OK");
  const auto mixed = connection.pipeline({{"HGET", keyspace_.state(), "a"},
                                          {"XADD", keyspace_.snapshots(), "1-1", "snapshot", "{}"},
                                          {"XLEN", keyspace_.snapshots()}});
  ASSERT_TRUE(mixed) << mixed.error().message;
  EXPECT_EQ((*mixed)[0].text, "b");
  EXPECT_EQ((*mixed)[1].text, "1-1");
  EXPECT_EQ((*mixed)[2].integer, 1);
  EXPECT_EQ(connection.peer().address.port, cluster_.owner().port()) << "ASK is for this once";
  // Arrived.
  ASSERT_EQ(ask(cluster_.owner(), {"DEL", keyspace_.state()}), "1");
  cluster_.move_slot_to_other();
  const auto moved = connection.pipeline({{"XADD", keyspace_.snapshots(), "2-1", "snapshot", "{}"},
                                          {"XADD", keyspace_.snapshots(), "3-1", "snapshot", "{}"},
                                          {"XLEN", keyspace_.snapshots()}});
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ((*moved)[0].text, "2-1");
  EXPECT_EQ((*moved)[2].integer, 3);
  EXPECT_EQ(connection.peer().address.port, cluster_.other().port());
}

TEST_F(RedisClusterTest, CarriesBothProgramsThroughAFailover) {
  ListeningPublisher publisher;
  publisher.options.redis.port = cluster_.other().port();
  publisher.start();
  publisher.publish("before");
  ASSERT_TRUE(publisher.has_published(1)) << ::testing::PrintToString(publisher.said());
  RedisClient client(at(cluster_.owner()), clock_, {.first = Milliseconds(20), .longest = Milliseconds(100)});
  std::vector<std::string> told;
  client.on_change([&](bool, const std::string& message) { told.push_back(message); });
  RedisLease lease(client, clock_, keyspace_, {"hotspotd@test:1", Milliseconds(60'000)});
  RedisJournal journal(client, keyspace_);
  const auto held = lease.acquire_or_renew();
  ASSERT_TRUE(held && held->held);
  ASSERT_TRUE(journal.save_state(held->token, {{"mode", "observe"}}));
  StreamFollower follower(at(cluster_.owner()), clock_, keyspace_, {Milliseconds(60'000), ""});
  EXPECT_TRUE(wait_for([&] {
    const auto followed = follower.read();
    return followed && !followed->snapshots.empty();
  }));
  ask(cluster_.owner(), {"WAIT", "1", "1000"});

  cluster_.owner().stop();
  publisher.publish("after");
  ASSERT_TRUE(publisher.has_published(2)) << ::testing::PrintToString(publisher.said());
  EXPECT_THAT(ask(cluster_.replica(), {"ROLE"}), HasSubstr("master"));
  ASSERT_TRUE(wait_for([&] {
    const auto renewed = lease.acquire_or_renew();
    return renewed && renewed->held && renewed->token == held->token;
  })) << ::testing::PrintToString(told);
  EXPECT_EQ(journal.load_state()->at("mode"), "observe");
  EXPECT_TRUE(wait_for([&] {
    const auto followed = follower.read();
    return followed && !followed->snapshots.empty() && *followed->snapshots.back().find("snapshot") == "after";
  }));
}

}  // namespace
}  // namespace hotspot::io
