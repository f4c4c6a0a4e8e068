// A Redis that answers, but will not: each kind is said once with what to do, tried again, and said when it is over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "actuator/io/redis/client.h"
#include "actuator/io/system_clock.h"
#include "tests/contract/redis/listening_publisher.h"
#include "tests/support/write_password.h"

namespace hotspot::collector {
namespace {

using hotspot::testing::RedisServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class RedisInTrouble : public ::testing::Test {
 protected:
  void start() {
    publisher_.options.redis.port = server_.port();
    publisher_.start();
    publisher_.publish("first");
    ASSERT_TRUE(publisher_.has_published(1)) << ::testing::PrintToString(publisher_.said());
  }
  // Trouble has begun: what is said, that nothing is lost, that it is said once, and that it ends by itself.
  void expect_trouble_and_recovery(const std::string& code, const std::string& advice,
                                   const std::function<void()>& cure) {
    publisher_.publish("in trouble");
    ASSERT_TRUE(publisher_.has_said(code)) << ::testing::PrintToString(publisher_.said());
    EXPECT_TRUE(wait_for([this] { return attempts() >= 3; })) << "it is tried again: " << attempts();
    publisher_.publish("in trouble still");
    cure();
    ASSERT_TRUE(publisher_.has_published(3)) << ::testing::PrintToString(publisher_.said());
    ASSERT_TRUE(publisher_.has_said("is back"));
    EXPECT_THAT(publisher_.said(), ElementsAre("back: Redis is connected", AllOf(HasSubstr(code), HasSubstr(advice)),
                                               StartsWith("back: Redis is back after ")));
    EXPECT_EQ(publisher_.counts().dropped, 0u);
    EXPECT_EQ(publisher_.counts().waiting, 0u);
  }
  // How many errors Redis has answered with.
  int attempts() {
    const std::string info = ask(server_, {"INFO", "errorstats"}, password_);
    int sum = 0;
    for (std::size_t at = 0; (at = info.find("count=", at)) != std::string::npos; at += 6)
      sum += std::stoi(info.substr(at + 6));
    return sum - errors_before_;
  }
  void count_from_now() { errors_before_ += attempts(); }

  RedisServer server_;
  std::string password_;
  int errors_before_ = 0;
  ListeningPublisher publisher_;
};

TEST_F(RedisInTrouble, BecauseItIsFull) {
  start();
  count_from_now();
  ask(server_, {"CONFIG", "SET", "maxmemory", "1"});
  expect_trouble_and_recovery("OOM", "raise it, or shorten what is kept", [&] {
    ask(server_, {"CONFIG", "SET", "maxmemory", "0"});
  });
  EXPECT_EQ(publisher_.counts().reconnects, 0u) << "a new connection makes no room";
}

TEST_F(RedisInTrouble, BecauseItBecameAReplica) {
  const RedisServer master;
  start();
  count_from_now();
  ask(server_, {"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  expect_trouble_and_recovery("READONLY", "give the address of the master", [&] {
    ask(server_, {"REPLICAOF", "NO", "ONE"});
  });
}

TEST_F(RedisInTrouble, BecauseItAsksForAPasswordNow) {
  start();
  count_from_now();
  password_ = "secret";
  ask(server_, {"CONFIG", "SET", "requirepass", "secret"});
  ask(server_, {"CLIENT", "KILL", "TYPE", "normal"}, password_);
  expect_trouble_and_recovery("NOAUTH", "set a password file", [&] {
    ask(server_, {"CONFIG", "SET", "requirepass", ""}, password_);
  });
}

TEST_F(RedisInTrouble, BecauseThePasswordWasChanged) {
  password_ = "old";
  ask(server_, {"CONFIG", "SET", "requirepass", "old"});
  const std::string file = publisher_.options.redis.password_file = server_.folder() + "/password";
  hotspot::testing::write_password(file, "old");
  start();
  count_from_now();
  ask(server_, {"CONFIG", "SET", "requirepass", "new"}, password_);
  password_ = "new";
  ask(server_, {"CLIENT", "KILL", "TYPE", "normal"}, password_);
  // The file is read again at each connect.
  expect_trouble_and_recovery("WRONGPASS", "what the password file holds",
                              [&] { hotspot::testing::write_password(file, "new"); });
}

TEST_F(RedisInTrouble, BecauseItForbidsWhatWeDo) {
  start();
  count_from_now();
  ask(server_, {"ACL", "SETUSER", "default", "-xadd"});
  expect_trouble_and_recovery("NOPERM", "docs/acl.md", [&] { ask(server_, {"ACL", "SETUSER", "default", "+xadd"}); });
}

TEST_F(RedisInTrouble, BecauseItReadsItsDataFromDisk) {
  for (int i = 0; i < 300; ++i) ask(server_, {"SET", "key-" + std::to_string(i), std::string(1000, 'x')});
  ASSERT_EQ(ask(server_, {"SAVE"}), "OK");
  start();
  server_.stop();
  server_.set_arguments({"--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024"});
  server_.start();
  publisher_.publish("while it loads");
  ASSERT_TRUE(publisher_.has_said("LOADING")) << ::testing::PrintToString(publisher_.said());
  ASSERT_TRUE(publisher_.has_published(2)) << ::testing::PrintToString(publisher_.said());
  EXPECT_TRUE(publisher_.has_said("back: Redis is back after "));
}

TEST_F(RedisInTrouble, AndTheMemoryOfWhatWaitsStaysBounded) {
  publisher_.options.backlog = 1000;
  publisher_.options.backlog_bytes = 1 << 20;
  start();
  ask(server_, {"CONFIG", "SET", "maxmemory", "1"});
  publisher_.publish(std::string(100'000, 'x'));
  ASSERT_TRUE(publisher_.has_said("OOM"));
  for (int i = 0; i < 40; ++i) publisher_.publish(std::string(100'000, 'x'));
  const PublisherCounts counts = publisher_.counts();
  EXPECT_LE(counts.waiting, 11u) << "1 MiB, and the one that is being sent";
  EXPECT_GE(counts.dropped, 30u);
  ask(server_, {"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(publisher_.has_published(11)) << publisher_.counts().published;
  EXPECT_EQ(publisher_.counts().published_bytes, 5u + 100'000u * (publisher_.counts().published - 1));
}

class RedisClientInTrouble : public ::testing::Test {
 protected:
  RedisClientInTrouble() {
    client_.on_change([this](bool, const std::string& message) { told_.push_back(message); });
  }
  redis::Options options() const {
    redis::Options made;
    made.port = server_.port();
    return made;
  }
  const RedisServer server_;
  const io::SystemClock clock_;
  std::vector<std::string> told_;
  io::RedisClient client_{options(), clock_, {.first = Milliseconds(1), .longest = Milliseconds(5)}};
};

TEST_F(RedisClientInTrouble, TellsOnceThatItIsFullHoweverOftenItReads) {
  ask(server_, {"CONFIG", "SET", "maxmemory", "1"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(client_.command({"SET", "a", "b"}));
    EXPECT_TRUE(client_.command({"GET", "a"}));
  }
  ask(server_, {"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(client_.command({"SET", "a", "b"}));
  EXPECT_THAT(told_, ElementsAre(HasSubstr("OOM"), HasSubstr("is well again after")));
}

TEST_F(RedisClientInTrouble, TellsOnceThatItLostItsMaster) {
  ASSERT_TRUE(client_.command({"GET", "a"}));
  ask(server_, {"CONFIG", "SET", "replica-serve-stale-data", "no"});
  ask(server_, {"REPLICAOF", "127.0.0.1", std::to_string(hotspot::testing::free_port())});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(client_.command({"GET", "a"}));
  ask(server_, {"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(wait_for([this] { return client_.command({"GET", "a"}).ok(); }));
  EXPECT_THAT(told_, ElementsAre(AllOf(HasSubstr("MASTERDOWN"), HasSubstr("has lost its master")),
                                 HasSubstr("is well again after")));
}

}  // namespace
}  // namespace hotspot::collector
