// What a collector takes of what the leader publishes: a redis-server of the test's own, and forged records in it.
#include "collectd-plugin/published_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/redis_server.h"

namespace hotspot::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPublishedKey = "hotspot:{test}:published";
constexpr const char* kOwnNode = "c0ffee00-0000-4000-8000-000000000001";
constexpr Milliseconds kMinute{60'000};

class PublishedReaderTest : public ::testing::Test {
 protected:
  PublishedReaderTest() {
    redis::Options options;
    options.port = server_.port();
    connection_ = std::make_unique<redis::Connection>(options);
    EXPECT_TRUE(connection_->connect());
    record_.head = {.cluster = "test", .at = now_, .sequence = 1, .writer = "another", .news = 0};
  }
  void redis(const redis::Command& command) {
    const auto reply = connection_->command(command);
    ASSERT_TRUE(reply) << reply.error().message;
  }
  void publish() {
    ++record_.head.sequence;
    record_.head.at = now_;
    redis({"SET", kPublishedKey, encode(record_)});
  }
  void news(const std::string& node, const std::string& text) {
    record_.head.news += 10;
    record_.news.push_back({.number = record_.head.news, .at = now_, .node = node, .name = "r", .text = text});
  }
  PublishedReader::Found look() {
    return reader_.look(*connection_, {.node = kOwnNode, .now = now_, .steady = Milliseconds(to_unix_ms(now_))});
  }
  std::vector<std::string> told() {
    std::vector<std::string> texts;
    for (const auto& item : look().news) texts.push_back(item.text);
    return texts;
  }

  hotspot::testing::RedisServer server_;
  std::unique_ptr<redis::Connection> connection_;
  WallTime now_ = from_unix_ms(1'700'000'000'000);
  telemetry::Published record_;
  PublishedReader reader_{kPublishedKey, "test"};
};

TEST_F(PublishedReaderTest, StoresTheNumbersOncePerMinuteWhereItIsTheWriter) {
  record_.head.writer = kOwnNode;
  publish();
  EXPECT_TRUE(look().to_store);
  publish();
  EXPECT_FALSE(look().to_store) << "in the same minute";
  now_ += kMinute;
  EXPECT_TRUE(look().to_store);
  now_ += kMinute;
  EXPECT_FALSE(look().to_store) << "what was stored before: its leader has written nothing since";
  publish();
  EXPECT_TRUE(look().to_store);
  record_.head.writer = "another";
  now_ += kMinute;
  publish();
  EXPECT_FALSE(look().to_store);
}

TEST_F(PublishedReaderTest, StoresNothingTwiceAMinuteHoweverOftenTheWriterChanges) {
  int stored = 0;
  for (int second = 0; second < 20; ++second) {
    record_.head.writer = second % 2 == 0 ? kOwnNode : "another";
    publish();
    stored += look().to_store.has_value();
  }
  EXPECT_EQ(stored, 1);
  now_ += kMinute;
  record_.head.writer = kOwnNode;
  publish();
  EXPECT_TRUE(look().to_store);
}

TEST_F(PublishedReaderTest, WhoIsNoWriterAnyMoreDoesNotTellThatNobodyLeads) {
  record_.head.writer = kOwnNode;
  publish();
  ASSERT_TRUE(look().to_store);
  record_.head.writer = "another";
  publish();
  look();
  redis({"DEL", kPublishedKey});
  now_ += kMinute;
  EXPECT_FALSE(look().leader_is_gone);
}

TEST_F(PublishedReaderTest, TheWriterOfBeforeTellsOnceAMinuteThatNobodyLeads) {
  EXPECT_FALSE(look().leader_is_gone) << "it is not its business";
  record_.head.writer = kOwnNode;
  publish();
  ASSERT_TRUE(look().to_store);
  redis({"DEL", kPublishedKey});
  EXPECT_FALSE(look().leader_is_gone) << "the minute has its value";
  now_ += kMinute;
  EXPECT_TRUE(look().leader_is_gone);
  EXPECT_FALSE(look().leader_is_gone);
  now_ += kMinute;
  EXPECT_TRUE(look().leader_is_gone);
  publish();
  now_ += kMinute;
  EXPECT_TRUE(look().to_store);
}

TEST_F(PublishedReaderTest, TellsNewsOfItsOwnNodeOnce) {
  publish();
  look();
  news(kOwnNode, "one");
  news("another", "not ours");
  news(kOwnNode, "two");
  publish();
  EXPECT_THAT(told(), ElementsAre("one", "two"));
  publish();
  EXPECT_THAT(told(), IsEmpty());
  news(kOwnNode, "three");
  publish();
  EXPECT_THAT(told(), ElementsAre("three"));
}

TEST_F(PublishedReaderTest, TellsNothingThatWasThereBeforeCollectdStarted) {
  news(kOwnNode, "old");
  publish();
  EXPECT_THAT(told(), IsEmpty());
  news(kOwnNode, "new");
  publish();
  EXPECT_THAT(told(), ElementsAre("new"));
}

TEST_F(PublishedReaderTest, TellsTheFirstNewsOfALeaderThatCameLater) {
  look();
  news(kOwnNode, "the first");
  publish();
  EXPECT_THAT(told(), ElementsAre("the first"));
}

TEST_F(PublishedReaderTest, NewsOfTheClusterAreToldByTheWriterAlone) {
  publish();
  look();
  news("", "of the cluster");
  publish();
  EXPECT_THAT(told(), IsEmpty());
  record_.head.writer = kOwnNode;
  news("", "of the cluster, again");
  publish();
  EXPECT_THAT(told(), ElementsAre("of the cluster, again"));
}

TEST_F(PublishedReaderTest, ANumberOfTheFarFutureDoesNotSilenceTheLeader) {
  publish();
  look();
  auto honest = record_;
  record_.head.news = UINT64_MAX;
  publish();
  look();
  record_ = honest;
  publish();
  EXPECT_THAT(told(), IsEmpty());
  news(kOwnNode, "honest again");
  publish();
  EXPECT_THAT(told(), ElementsAre("honest again"));
}

TEST_F(PublishedReaderTest, WhatCannotBeUsedIsSaidOnceAndNothingOfItIsUsed) {
  record_.head.writer = kOwnNode;
  const std::string right = encode(record_);
  for (const std::string& forged : {std::string("x"), right.substr(0, right.size() - 9), std::string(1 << 20, '{')}) {
    redis({"SET", kPublishedKey, forged});
    const auto found = look();
    EXPECT_FALSE(found.to_store);
    EXPECT_THAT(found.news, IsEmpty());
    EXPECT_EQ(look().remark, "") << "said before";
  }
  redis({"SET", kPublishedKey, "{\"schema\":9}\n"});
  EXPECT_THAT(look().remark, HasSubstr("schema 9"));
  publish();
  EXPECT_TRUE(look().to_store) << "and it goes on once it is right";
}

TEST_F(PublishedReaderTest, AFloodOfNewsBecomesSoManyNotificationsAMinuteAndThatSomeWereLeftOutIsSaid) {
  publish();
  look();
  std::size_t told = 0;
  std::string said;
  for (int second = 0; second < 50; ++second) {
    record_.news.clear();
    for (std::size_t i = 0; i < telemetry::kMostPublishedNews; ++i) news(kOwnNode, "forged");
    publish();
    const auto found = look();
    told += found.news.size();
    said += found.remark;
    now_ += Milliseconds(1000);
  }
  EXPECT_EQ(told, PublishedReader::kMostNews);
  EXPECT_THAT(said, HasSubstr("32 sentences became no notification: they were more than 64 in a minute"));
  now_ += kMinute;
  news(kOwnNode, "honest");
  publish();
  EXPECT_THAT(look().news, ::testing::Not(IsEmpty()));
}

TEST_F(PublishedReaderTest, AnotherFaultEachSecondIsNoFloodOfTheLog) {
  std::size_t remarks = 0;
  for (int schema = 2; schema < 200; ++schema) {
    redis({"SET", kPublishedKey, "{\"schema\":" + std::to_string(schema) + "}\n"});
    remarks += !look().remark.empty();
    now_ += Milliseconds(1000);
  }
  EXPECT_EQ(remarks, PublishedReader::kMostRemarks);
}

TEST_F(PublishedReaderTest, WhatIsOfAnotherClusterIsNotUsed) {
  record_.head.writer = kOwnNode;
  record_.head.cluster = "other";
  publish();
  const auto found = look();
  EXPECT_FALSE(found.to_store);
  EXPECT_THAT(found.remark, HasSubstr("is of another cluster"));
}

TEST_F(PublishedReaderTest, AKeyOfAnotherTypeIsARefusalThatCostsNothingElse) {
  redis({"RPUSH", kPublishedKey, "a"});
  EXPECT_THAT(look().remark, HasSubstr("WRONGTYPE"));
  EXPECT_TRUE(look().empty()) << "it is not asked again at once";
  EXPECT_TRUE(connection_->connected());
  redis({"DEL", kPublishedKey});
  record_.head.writer = kOwnNode;
  publish();
  now_ += PublishedReader::kAfterRefusal;
  EXPECT_TRUE(look().to_store) << "but later";
}

TEST_F(PublishedReaderTest, KnowsOnWhatOfItsOwnNodeRulesFireFromTheFirstLookOn) {
  EXPECT_EQ(reader_.hotspots(), std::nullopt);
  look();
  EXPECT_EQ(reader_.hotspots(), std::nullopt) << "nobody leads";
  record_.firing_nodes = {{kOwnNode, 2}, {"another", 7}};
  record_.head.news = 5;
  publish();
  look();
  EXPECT_EQ(reader_.hotspots(), 2u);
  record_.firing_nodes.erase(kOwnNode);
  news("another", "resolved");
  publish();
  look();
  EXPECT_EQ(reader_.hotspots(), 0u) << "with the news that it is over";
  redis({"DEL", kPublishedKey});
  look();
  EXPECT_EQ(reader_.hotspots(), std::nullopt) << "nobody leads any more";
}

TEST_F(PublishedReaderTest, AnEndThatWasNoNewsIsSeenWithTheNextMinute) {
  record_.firing_nodes = {{kOwnNode, 1}};
  publish();
  look();
  record_.firing_nodes.clear();
  publish();
  look();
  EXPECT_EQ(reader_.hotspots(), 1u);
  now_ += kMinute;
  look();
  EXPECT_EQ(reader_.hotspots(), 0u);
}

TEST_F(PublishedReaderTest, OfARecordThatCannotBeUsedNoHotspotIsKnown) {
  record_.firing_nodes = {{kOwnNode, 1}};
  publish();
  look();
  redis({"SET", kPublishedKey, "{}"});
  look();
  EXPECT_EQ(reader_.hotspots(), std::nullopt);
}

}  // namespace
}  // namespace hotspot::collector
