#include "common/redis/connection.h"

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "tests/support/redis_fixture.h"
#include "tests/support/write_password.h"

namespace hotspot::io {
namespace {

class RedisConnectionTest : public io::RedisTest {
 protected:
  std::string password_file(const std::string& password) {
    const std::string path = ::testing::TempDir() + "/hotspot-password-" + std::to_string(server_.port());
    hotspot::testing::write_password(path, password);
    return path;
  }
};

TEST_F(RedisConnectionTest, AsksOverTcpAndOverAUnixSocket) {
  redis::Connection tcp(options());
  ASSERT_TRUE(tcp.connect());
  EXPECT_EQ(tcp.command({"ECHO", std::string("a\0b", 3)})->text, std::string("a\0b", 3));
  redis::Options local;
  local.unix_socket = server_.unix_socket();
  redis::Connection unix_connection(local);
  const auto connected = unix_connection.connect();
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(unix_connection.command({"PING"})->text, "PONG");
}

TEST_F(RedisConnectionTest, NamesItsConnection) {
  redis::Connection connection(options());
  ASSERT_TRUE(connection.connect());
  EXPECT_EQ(connection.command({"CLIENT", "GETNAME"})->text, "hotspot");
}

TEST_F(RedisConnectionTest, PipelinesAndKeepsErrorsApart) {
  redis::Connection connection(options());
  ASSERT_TRUE(connection.connect());
  const auto replies = connection.pipeline({{"SET", "k", "1"}, {"LPUSH", "k", "x"}, {"INCR", "k"}});
  ASSERT_TRUE(replies);
  ASSERT_EQ(replies->size(), 3u);
  EXPECT_TRUE((*replies)[1].is_error());
  EXPECT_EQ((*replies)[2].integer, 2);
}

TEST_F(RedisConnectionTest, AnErrorReplyIsASentenceAndKeepsTheConnection) {
  redis::Connection connection(options());
  ASSERT_TRUE(connection.connect());
  ASSERT_TRUE(connection.command({"SET", "k", "1"}));
  const auto refused = connection.command({"XADD", "k", "*", "a", "b"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, redis::Fault::kRefused);
  EXPECT_EQ(refused.error().code, "WRONGTYPE");
  EXPECT_EQ(refused.error().message,
            "Redis at 127.0.0.1:" + std::to_string(server_.port()) +
                " answered: WRONGTYPE Operation against a key holding the wrong kind of value; another program has "
                "written a key that belongs to Hotspot: remove that key, or choose another cluster name");
  EXPECT_TRUE(connection.connected());
}

TEST_F(RedisConnectionTest, AsksForAPasswordWhereRedisWantsOne) {
  cli({"CONFIG", "SET", "requirepass", "secret"});
  redis::Connection without(options());
  const auto refused = without.connect();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "NOAUTH");

  redis::Options with = options();
  with.password_file = password_file("wrong");
  const auto wrong = redis::Connection(with).connect();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "WRONGPASS");
  EXPECT_NE(wrong.error().message.find("check the user and what the password file holds"), std::string::npos);

  with.password_file = password_file("secret");
  EXPECT_TRUE(redis::Connection(with).connect());
  with.password_file = "/nonexistent/password";
  const auto missing = redis::Connection(with).connect();
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("/nonexistent/password"), std::string::npos);
  EXPECT_NE(missing.error().message.find("cannot log in to Redis at"), std::string::npos) << missing.error().message;
  EXPECT_EQ(missing.error().message.find("address"), std::string::npos)
      << "it answered, so its address is right: " << missing.error().message;
}

TEST_F(RedisConnectionTest, NobodyThereIsSaidAtOnce) {
  redis::Options nobody = options();
  server_.stop();
  const auto refused = redis::Connection(nobody).connect();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, redis::Fault::kAway);
  EXPECT_EQ(refused.error().message, "cannot connect to Redis at 127.0.0.1:" + std::to_string(nobody.port) +
                                         ": Connection refused; check that it runs and that the address is right");
  nobody.host = "no-such-host.invalid";
  EXPECT_FALSE(redis::Connection(nobody).connect());
  nobody.unix_socket = "/nonexistent/redis.sock";
  EXPECT_FALSE(redis::Connection(nobody).connect());
}

TEST_F(RedisConnectionTest, AStoppedRedisCostsTheTimeLimitAndNoMore) {
  redis::Options hasty = options();
  hasty.command_timeout = hasty.connect_timeout = Milliseconds(50);
  redis::Connection connection(hasty);
  ASSERT_TRUE(connection.connect());
  server_.pause();
  const auto unanswered = connection.command({"PING"});
  ASSERT_FALSE(unanswered);
  EXPECT_EQ(unanswered.error().fault, redis::Fault::kTimedOut);
  EXPECT_FALSE(connection.connected());
  EXPECT_EQ(connection.connect().error().fault, redis::Fault::kTimedOut);  // the kernel connects, Redis does not answer
  server_.resume();
  EXPECT_TRUE(wait_for([&] { return connection.connect().ok(); }));
}

TEST_F(RedisConnectionTest, SeesThatTheServerWentAwayWhileItWasIdle) {
  redis::Connection connection(options());
  ASSERT_TRUE(connection.connect());
  server_.stop();
  EXPECT_TRUE(wait_for([&] { return !connection.connected(); }));
  server_.start();
  ASSERT_TRUE(connection.connect());
  EXPECT_TRUE(connection.command({"PING"}));
}

TEST_F(RedisConnectionTest, AReplyThatIsTooLargeIsNotTakenIn) {
  redis::Options narrow = options();
  narrow.max_reply_bytes = 1u << 20;
  redis::Connection connection(narrow);
  ASSERT_TRUE(connection.connect());
  ASSERT_TRUE(connection.command({"SET", "k", std::string(2u << 20, 'x')}));
  const auto reply = connection.command({"GET", "k"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault, redis::Fault::kTooLarge);
  EXPECT_FALSE(connection.connected());
}

TEST_F(RedisConnectionTest, InterruptEndsACommandThatWaits) {
  redis::Connection connection(options());
  ASSERT_TRUE(connection.connect());
  std::thread interrupter([&] {
    wait_for([&] { return cli({"CLIENT", "LIST"}).find("cmd=blpop") != std::string::npos; });
    connection.interrupt();
  });
  const auto reply = connection.command({"BLPOP", "nothing", "60"}, Milliseconds(60'000));
  interrupter.join();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault, redis::Fault::kInterrupted);
}

TEST_F(RedisConnectionTest, AClientRunsScriptsThatRedisHasForgotten) {
  constexpr RedisScript kScript{"return ARGV[1] .. KEYS[1]"};
  EXPECT_EQ(client_.run(kScript, {"key"}, {"argument "})->text, "argument key");
  cli({"SCRIPT", "FLUSH"});
  EXPECT_EQ(client_.run(kScript, {"key"}, {"argument "})->text, "argument key");
  server_.stop();
  server_.start();
  EXPECT_TRUE(wait_for([&] { return client_.run(kScript, {"key"}, {"again "}).ok(); }));
}

TEST_F(RedisConnectionTest, AClientDoesNotTryAgainBeforeItIsTime) {
  RedisClient patient(options(), clock_, {.first = Milliseconds(60'000), .longest = Milliseconds(60'000)});
  ASSERT_TRUE(patient.command({"PING"}));
  server_.stop();
  EXPECT_FALSE(patient.command({"PING"}));
  server_.start();
  const auto too_early = patient.command({"PING"});
  ASSERT_FALSE(too_early);
  EXPECT_NE(too_early.error().message.find("cannot connect"), std::string::npos);
}

}  // namespace
}  // namespace hotspot::io
