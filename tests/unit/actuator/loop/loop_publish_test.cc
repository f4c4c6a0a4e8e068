// What the leader lets collectors know, in whole rounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/loop/state_fields.h"
#include "telemetry/published.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class LoopPublishTest : public LoopStage {
 protected:
  telemetry::Published published() {
    const auto read = telemetry::decode_published(store_.published);
    EXPECT_TRUE(read) << read.error().message << ": " << store_.published;
    return read ? *read : telemetry::Published{};
  }
  std::uint64_t done(const telemetry::Published& from) {
    std::uint64_t count = 0;
    for (const telemetry::ActionCounts& one : from.actions) count += one.done;
    return count;
  }
  void grow() {
    second(0.2);
    second(0.95);
    second(0.95);
    ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2")) << ::testing::PrintToString(journal());
    second(0.5, 2);
    ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2")) << ::testing::PrintToString(journal());
    second(0.5, 2);
  }
};

TEST_F(LoopPublishTest, PublishesHowItFaresAndWhatItDid) {
  grow();
  const auto record = published();
  EXPECT_EQ(record.head.cluster, "test");
  EXPECT_EQ(record.head.at, clock_.now());
  EXPECT_EQ(record.head.writer, uuid_of("h1"));
  EXPECT_EQ(record.metrics.at("nodes_fresh"), 2);
  EXPECT_EQ(record.metrics.at("rules"), 1);
  EXPECT_EQ(record.decisions.at("act"), 1u);
  EXPECT_EQ(done(record), 1u);
  EXPECT_EQ(record.limits,
            (std::vector<telemetry::PublishedLimit>{
                {.rule = "DomainCpuHot", .metric = "domain_cpu_ratio", .comparison = ">", .number = 0.9}}));
  std::vector<std::string> news;
  for (const auto& one : record.news) news.push_back(one.text);
  EXPECT_THAT(news, Contains(HasSubstr("rule DomainCpuHot fires on domain a on h1")));
  EXPECT_THAT(news, Contains(HasSubstr("vCPUs 1 → 2 done")));
}

TEST_F(LoopPublishTest, PublishesAtMostOnceASecondAndForThreeTimesTheLease) {
  second(0.2);
  const auto sequence = published().head.sequence;
  for (int i = 0; i < 20; ++i) loop_->tick();
  EXPECT_EQ(published().head.sequence, sequence);
  EXPECT_EQ(store_.published_until - clock_.steady(), options_.lease * 3);
  second(0.2);
  EXPECT_EQ(published().head.sequence, sequence + 1);
}

class Marks : public ports::EventWriter {
 public:
  void write(ports::Event event) override { all.push_back(std::move(event)); }
  ports::EventsStatus status() const override { return now; }
  std::vector<ports::Event> all;
  ports::EventsStatus now{
      .to = "http://graphite:8080/events/", .written = 3, .dropped = 1, .waiting = 2, .problem = ""};
};

TEST_F(LoopPublishTest, MarksWhatFiresAndWhatIsDoneWithItsCluster) {
  Marks marks;
  events_ = &marks;
  loop_ = make_loop("hotspotd@one:1", lease_);
  grow();
  std::vector<std::string> told;
  for (const ports::Event& event : marks.all)
    told.push_back(event.cluster + " " + event.kind + " " + event.action + " " + event.domain + "@" + event.node);
  EXPECT_THAT(told,
              ::testing::IsSupersetOf({"test firing  a@h1", "test begun set_vcpus a@h1", "test done set_vcpus a@h1"}));
  loop_.reset();
}

TEST_F(LoopPublishTest, WhoStandsByMarksNothing) {
  Marks marks;
  events_ = &marks;
  loop_ = make_loop("hotspotd@one:1", lease_);
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  ASSERT_TRUE(other.acquire_or_renew()->held);
  for (int i = 0; i < 5; ++i) {
    second(0.95);
    ASSERT_TRUE(other.acquire_or_renew()->held);
  }
  EXPECT_TRUE(marks.all.empty()) << marks.all.front().sentence;
  loop_.reset();
}

TEST_F(LoopPublishTest, SaysOnceThatMarksCannotBeWrittenAndOnceThatTheyCan) {
  Marks marks;
  events_ = &marks;
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  EXPECT_EQ(status().at("graphite_events").at("written"), 3);
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_graphite_events_failing 0"));
  marks.now.problem = "no answer within 5000 ms";
  for (int i = 0; i < 5; ++i) second(0.2);
  EXPECT_THAT(said("events cannot be written"),
              ::testing::ElementsAre(HasSubstr("http://graphite:8080/events/: no answer within 5000 ms")));
  EXPECT_EQ(status().at("graphite_events").at("problem"), "no answer within 5000 ms");
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_graphite_events_failing 1"));
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_graphite_events_total{outcome=\"dropped\"} 1"));
  marks.now.problem = "";
  for (int i = 0; i < 5; ++i) second(0.2);
  EXPECT_EQ(said("events can be written").size(), 1u);
  loop_.reset();
}

TEST_F(LoopPublishTest, InADryRunTheMarksOfActionsSaySo) {
  Marks marks;
  events_ = &marks;
  options_.dry_run = true;
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  for (int i = 0; i < 4; ++i) second(0.95);
  ASSERT_FALSE(marks.all.empty());
  bool begun = false;
  for (const ports::Event& event : marks.all) {
    EXPECT_EQ(event.sentence.starts_with("dry run: "), !event.action.empty()) << event.sentence;
    begun = begun || event.kind == "begun";
  }
  EXPECT_TRUE(begun);
  loop_.reset();
}

class Meter : public ports::StoreMeter {
 public:
  Result<std::optional<ports::StoreMemory>> memory() override {
    ++asked;
    return now;
  }
  int asked = 0;
  std::optional<ports::StoreMemory> now =
      ports::StoreMemory{.used_bytes = 900 * kMebibyte, .limit_bytes = 1000 * kMebibyte, .policy = "noeviction"};
};

TEST_F(LoopPublishTest, AsksEachMinuteHowFullRedisIsAndLetsAllKnow) {
  Meter meter;
  meter_ = &meter;
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 50; ++i) second(0.2);
  EXPECT_EQ(meter.asked, 1);
  EXPECT_EQ(said("Redis is 90 % full").size(), 1u);
  EXPECT_EQ(status().at("redis_memory").at("used_bytes"), 900 * kMebibyte);
  EXPECT_EQ(status().at("redis_memory").at("policy"), "noeviction");
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_redis_memory_bytes 943718400"));
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_redis_memory_limit_bytes 1048576000"));
  EXPECT_EQ(published().metrics.at("redis_memory_used"), 90);
  meter.now->limit_bytes = std::nullopt;
  for (int i = 0; i < 15; ++i) second(0.2);
  EXPECT_EQ(meter.asked, 2);
  EXPECT_THAT(store_.state.at("metrics"), ::testing::Not(HasSubstr("hotspot_redis_memory_limit_bytes")));
  EXPECT_FALSE(published().metrics.contains("redis_memory_used"));
  EXPECT_EQ(published().metrics.at("redis_memory"), 900.0 * kMebibyte);
  loop_.reset();
}

TEST_F(LoopPublishTest, WhereItMayNotAskNothingIsKnownAndItIsNotAskedAgainForLong) {
  Meter meter;
  meter.now.reset();
  meter_ = &meter;
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 130; ++i) second(0.2);
  EXPECT_EQ(meter.asked, 1);
  EXPECT_EQ(said("how full Redis is, is not known").size(), 1u);
  EXPECT_TRUE(status().at("redis_memory").is_null());
  EXPECT_FALSE(published().metrics.contains("redis_memory"));
  loop_.reset();
}

TEST_F(LoopPublishTest, HasNoAddressInIt) {
  grow();
  EXPECT_EQ(store_.published.find("qemu"), std::string::npos) << store_.published;
  EXPECT_EQ(store_.published.find("://"), std::string::npos) << store_.published;
}

TEST_F(LoopPublishTest, WhoDoesNotLeadPublishesNothing) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  ASSERT_TRUE(other.acquire_or_renew()->held);
  second(0.2);
  EXPECT_EQ(store_.published, "");
}

TEST_F(LoopPublishTest, TheNextLeaderCountsOn) {
  grow();
  loop_->stop();
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  second(0.5, 2);
  EXPECT_EQ(done(published()), 1u);
  EXPECT_EQ(published().decisions.at("act"), 1u);
}

TEST_F(LoopPublishTest, WhatIsKeptForTheNextLeaderIsNotBehindWhatIsPublished) {
  for (int i = 0; i < 3; ++i) second(0.2);
  const auto kept = telemetry::decode_published(store_.state.at(kCountsField));
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_GT(published().metrics.at("ticks"), 0);
  for (const char* counter : {"ticks", "evaluations", "snapshots_taken"})
    EXPECT_EQ(kept->metrics.at(counter), published().metrics.at(counter)) << counter;
}

TEST_F(LoopPublishTest, TheMetricsTellOfActionsByKindAndRule) {
  grow();
  const std::string& text = store_.state.at("metrics");
  EXPECT_THAT(text, HasSubstr("hotspot_action_done_total{kind=\"set_vcpus\",rule=\"DomainCpuHot\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hotspot_action_begun_total{kind=\"migrate\",rule=\"DomainCpuHot\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE hotspot_action_duration_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("hotspot_action_duration_seconds_bucket{kind=\"set_vcpus\",rule=\"DomainCpuHot\","
                              "le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hotspot_action_duration_seconds_count{kind=\"set_vcpus\",rule=\"DomainCpuHot\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hotspot_decisions_total{outcome=\"act\"} 1\n"));
}

}  // namespace
}  // namespace hotspot::loop
