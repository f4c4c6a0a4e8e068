// The publisher and a redis-server of the test's own.
#include "collectd-plugin/redis_publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <mutex>
#include <utility>

#include "common/redis/connection.h"
#include "telemetry/envelope.h"
#include "telemetry/keyspace.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait.h"

namespace hotspot::collector {
namespace {

using hotspot::testing::wait_for;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kStream = "hotspot:{test}:snapshots";
constexpr const char* kNode = "c0ffee00-0000-4000-8000-000000000001";

class RedisPublisherTest : public ::testing::Test {
 protected:
  RedisPublisherTest() {
    options_.redis.port = server_.port();
    options_.stream = kStream;
    options_.on_change = [this](bool connected, const std::string& message) {
      const std::lock_guard lock(mutex_);
      said_.push_back((connected ? "back: " : "away: ") + message);
    };
  }

  void start() { publisher_ = std::make_unique<RedisPublisher>(options_); }
  // Taken as many seconds after the present as its number says.
  void publish(int number) {
    publisher_->publish({.snapshot = "snapshot " + std::to_string(number),
                         .node = kNode,
                         .sequence = static_cast<std::uint64_t>(number),
                         .taken_at = now_ + seconds(number)});
  }
  void publish(const std::string& snapshot, WallTime taken_at) {
    publisher_->publish({.snapshot = snapshot, .node = kNode, .sequence = 1, .taken_at = taken_at});
  }
  void publish_from_to(int first, int last) {
    for (int i = first; i <= last; ++i) publish(i);
  }
  bool has_published(std::uint64_t count) {
    return wait_for([&] { return publisher_->counts().published >= count; });
  }
  bool has_said(std::size_t count) {
    return wait_for([&] { return said().size() >= count; });
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  // Publishes until a snapshot is on its way to a Redis that hangs: with a backlog of 1 the next one then finds room.
  bool is_sending() {
    publish(100);
    return wait_for([this] {
      const std::uint64_t dropped = publisher_->counts().dropped;
      publish(101);
      return publisher_->counts().dropped == dropped;
    });
  }
  // As redis-cli would.
  redis::Reply ask(const redis::Command& command) {
    redis::Connection connection(options_.redis);
    if (!connection.connect()) return {};
    auto reply = connection.command(command);
    return reply ? *reply : redis::Reply{};
  }
  std::vector<std::string> stream() {
    std::vector<std::string> snapshots;
    for (const redis::Reply& entry : ask({"XRANGE", kStream, "-", "+"}).elements) {
      const auto& fields = entry.elements.at(1).elements;
      EXPECT_EQ(fields.size(), 2u);
      EXPECT_EQ(fields.at(0).text, telemetry::kSnapshotField);
      snapshots.push_back(fields.at(1).text);
    }
    return snapshots;
  }
  static std::vector<std::string> snapshots(int first, int last) {
    std::vector<std::string> all;
    for (int i = first; i <= last; ++i) all.push_back("snapshot " + std::to_string(i));
    return all;
  }

  testing::RedisServer server_;
  RedisPublisherOptions options_;
  const WallTime now_ = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::unique_ptr<RedisPublisher> publisher_;  // last: it speaks to those above
};

TEST_F(RedisPublisherTest, AppendsOneEntryForEachSnapshotInOrder) {
  start();
  publish_from_to(1, 50);
  ASSERT_TRUE(has_published(50)) << publisher_->counts().published;
  EXPECT_EQ(stream(), snapshots(1, 50));
  EXPECT_THAT(said(), ElementsAre("back: Redis is connected"));
  EXPECT_EQ(publisher_->counts().dropped, 0u);
  EXPECT_EQ(publisher_->counts().reconnects, 0u);
}

TEST_F(RedisPublisherTest, SpeaksOverAUnixSocketToo) {
  options_.redis.unix_socket = server_.unix_socket();
  start();
  publish(1);
  ASSERT_TRUE(has_published(1)) << ::testing::PrintToString(said());
  EXPECT_EQ(stream(), snapshots(1, 1));
}

TEST_F(RedisPublisherTest, KeepsWhatASnapshotHoldsToTheLastByte) {
  start();
  const std::string odd = std::string("a\0b\r\n\xFF", 6) + std::string(3u << 20, 'x');
  publish(odd, now_);
  ASSERT_TRUE(has_published(1));
  EXPECT_TRUE(stream() == std::vector<std::string>{odd});
}

TEST_F(RedisPublisherTest, SignsEachSnapshotAndKeepsItsSignatureWhileItWaits) {
  const auto key = crypto::SigningKey::generate();
  ASSERT_TRUE(key);
  options_.signer = std::make_shared<SnapshotSigner>(*key, "test", 41);
  server_.stop();
  start();
  publish(1);
  ASSERT_TRUE(has_said(1)) << "the first attempt is over";
  publish_from_to(2, 3);
  server_.start();
  ASSERT_TRUE(has_published(3)) << publisher_->counts().published;
  std::vector<std::string> sequences;
  for (const redis::Reply& entry : ask({"XRANGE", kStream, "-", "+"}).elements) {
    std::map<std::string, std::string> fields;
    const auto& words = entry.elements.at(1).elements;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) fields[words[i].text] = words[i + 1].text;
    EXPECT_EQ(words.size(), 12u) << "no field twice";
    EXPECT_EQ(fields["node"], kNode);
    EXPECT_EQ(fields["boot"], "41");
    EXPECT_EQ(fields["key"], crypto::to_base64(key->public_key()));
    sequences.push_back(fields["sequence"]);
    const auto signature = crypto::signature_from_base64(fields["signature"]);
    ASSERT_TRUE(signature) << fields["signature"];
    const telemetry::Position position{.boot = 41, .sequence = std::stoull(fields["sequence"])};
    EXPECT_TRUE(crypto::verify(key->public_key(), telemetry::signed_text("test", kNode, position, fields["snapshot"]),
                               *signature));
  }
  EXPECT_THAT(sequences, ElementsAre("1", "2", "3"));
}

TEST_F(RedisPublisherTest, LetsRedisForgetWhatIsTooOld) {
  options_.max_age = seconds(10);
  options_.backlog = 1000;
  start();
  publish(0);
  ASSERT_TRUE(has_published(1));
  // "About": Redis trims whole pages of a hundred entries.
  for (int i = 1; i <= 300; ++i) publish("later", now_ + seconds(1000));
  ASSERT_TRUE(has_published(301));
  EXPECT_LT(stream().size(), 301u);
}

TEST_F(RedisPublisherTest, KeepsWhatWaitsWhileRedisIsAwayAndSendsItInOrder) {
  start();
  publish(1);
  ASSERT_TRUE(has_published(1));
  server_.stop();
  publish_from_to(2, 5);
  ASSERT_TRUE(has_said(2)) << ::testing::PrintToString(said());
  publish_from_to(6, 10);
  server_.start();
  ASSERT_TRUE(has_published(10)) << publisher_->counts().published;
  EXPECT_EQ(stream(), snapshots(2, 10)) << "the first was lost with the server that held it";
  EXPECT_EQ(publisher_->counts().dropped, 0u);
  EXPECT_EQ(publisher_->counts().reconnects, 1u);
}

TEST_F(RedisPublisherTest, SaysOnceThatRedisIsAwayAndOnceThatItIsBack) {
  start();
  publish(1);
  ASSERT_TRUE(has_published(1));
  server_.stop();
  publish(2);
  ASSERT_TRUE(has_said(2));
  for (int i = 3; i < 10; ++i) publish(i);
  server_.start();
  ASSERT_TRUE(has_published(9));
  ASSERT_TRUE(has_said(3));
  const auto heard = said();
  ASSERT_THAT(heard, SizeIs(3)) << ::testing::PrintToString(heard);
  EXPECT_THAT(heard[1], StartsWith("away: "));
  EXPECT_THAT(heard[1], HasSubstr("Redis at 127.0.0.1:" + std::to_string(server_.port())));
  EXPECT_THAT(heard[2], StartsWith("back: Redis is back after "));
}

TEST_F(RedisPublisherTest, LetsTheOldestGiveWayAndCountsThem) {
  options_.backlog = 3;
  server_.stop();
  start();
  publish(1);
  ASSERT_TRUE(has_said(1));
  publish_from_to(2, 10);
  ASSERT_TRUE(wait_for([&] { return publisher_->counts().dropped == 7; })) << publisher_->counts().dropped;
  server_.start();
  ASSERT_TRUE(has_published(3));
  EXPECT_EQ(stream(), snapshots(8, 10));
  EXPECT_EQ(publisher_->counts().dropped, 7u);
}

TEST_F(RedisPublisherTest, SendsLaterWhatRedisRefusedAndSaysWhatItSaid) {
  ask({"SET", kStream, "something else"});
  start();
  publish_from_to(1, 2);
  ASSERT_TRUE(has_said(1));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("WRONGTYPE")));
  EXPECT_EQ(publisher_->counts().published, 0u);
  ask({"DEL", kStream});
  ASSERT_TRUE(has_published(2)) << ::testing::PrintToString(said());
  EXPECT_EQ(stream(), snapshots(1, 2));
}

TEST_F(RedisPublisherTest, DoesNotBlockWhoPublishesWhileRedisHangs) {
  options_.redis.command_timeout = options_.redis.connect_timeout = seconds(60);
  start();
  publish(1);
  ASSERT_TRUE(has_published(1));
  server_.pause();
  const auto began = steady_clock::now();
  for (int i = 2; i < 500; ++i) publish(i);
  EXPECT_GE(publisher_->counts().published, 1u);
  const auto took = steady_clock::now() - began;
  EXPECT_LT(took, seconds(10)) << std::chrono::duration<double>(took).count() << " s";
}

TEST_F(RedisPublisherTest, DoesNotBlockWhoPublishesWhileAChangeIsBeingSaid) {
  std::promise<void> speaking, listened;
  options_.on_change = [&, once = false](bool, const std::string&) mutable {
    if (std::exchange(once, true)) return;
    speaking.set_value();
    listened.get_future().wait();
  };
  start();
  publish(1);
  speaking.get_future().wait();
  auto published = std::async(std::launch::async, [this] { publish(2); });
  EXPECT_TRUE(published.wait_for(seconds(10)) == std::future_status::ready) << "a log that is slow held it up";
  listened.set_value();
  EXPECT_TRUE(has_published(2));
}

TEST_F(RedisPublisherTest, SendsWhatWaitedWhenRedisStopsHanging) {
  options_.redis.command_timeout = Milliseconds(50);
  start();
  publish(1);
  ASSERT_TRUE(has_published(1));
  server_.pause();
  publish(2);
  ASSERT_TRUE(has_said(2)) << ::testing::PrintToString(said());
  publish(3);
  server_.resume();
  ASSERT_TRUE(has_published(3));
  const auto sent = stream();
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back(), "snapshot 3") << ::testing::PrintToString(sent);
}

TEST_F(RedisPublisherTest, EndsAtOnceAndSilentlyWhileRedisHangs) {
  options_.redis.command_timeout = options_.redis.connect_timeout = seconds(60);
  options_.backlog = 1;
  start();
  publish(1);
  ASSERT_TRUE(has_published(1));
  server_.pause();
  ASSERT_TRUE(is_sending());
  const auto began = steady_clock::now();
  publisher_.reset();
  const auto took = steady_clock::now() - began;
  EXPECT_LT(took, seconds(10)) << std::chrono::duration<double>(took).count() << " s";
  EXPECT_THAT(said(), ElementsAre("back: Redis is connected")) << "that it ends is no fault of Redis";
}

TEST_F(RedisPublisherTest, EndsAtOnceWhileItWaitsToConnect) {
  options_.redis.connect_timeout = seconds(60);
  options_.backlog = 1;
  server_.pause();
  start();
  ASSERT_TRUE(is_sending());
  const auto began = steady_clock::now();
  publisher_.reset();
  const auto took = steady_clock::now() - began;
  EXPECT_LT(took, seconds(10)) << std::chrono::duration<double>(took).count() << " s";
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(RedisPublisherTest, EndsAtOnceWhileRedisIsAway) {
  server_.stop();
  start();
  publish(1);
  ASSERT_TRUE(has_said(1));
  const auto began = steady_clock::now();
  publisher_.reset();
  EXPECT_LT(steady_clock::now() - began, seconds(10));
}

}  // namespace
}  // namespace hotspot::collector
