// A domain that two nodes say they run.
#include "actuator/loop/two_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::DomainBuilder;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Milliseconds kSecond{1000};

class TwoNodesTest : public ::testing::Test {
 protected:
  // Both nodes send a snapshot a second later, with or without the domain; what was told, as kinds.
  std::vector<std::string> second(std::optional<DomainBuilder> at_h1, std::optional<DomainBuilder> at_h2) {
    now_ += kSecond;
    send("h1", at_h1);
    send("h2", at_h2);
    return tell();
  }
  void send(const std::string& name, std::optional<DomainBuilder> vm) {
    auto built = node(name).at(now_, ++sequence_);
    if (vm) built.with(*vm);
    cluster_.apply(built, now_);
  }
  std::vector<std::string> tell() {
    std::vector<std::string> kinds;
    for (const Alarm& alarm : watch_.advance({cluster_, freshness_, in_flight_, now_})) {
      kinds.push_back(alarm.kind);
      sentences_.push_back(alarm.sentence);
    }
    return kinds;
  }
  bool is_kept() const { return watch_.kept().contains(uuid_of("a")); }
  static DomainBuilder runs() { return domain("a"); }
  static DomainBuilder paused() { return domain("a").state(telemetry::DomainState::kPaused); }
  static DomainBuilder in_a_job() { return domain("a").set(&telemetry::DomainSample::job_active, true); }

  WallTime now_ = kNow;
  std::uint64_t sequence_ = 0;
  model::Cluster cluster_;
  model::Freshness freshness_;
  std::vector<plan::InFlight> in_flight_;
  TwoNodes watch_;
  std::vector<std::string> sentences_;
};

TEST_F(TwoNodesTest, ADomainThatRunsOnTwoNodesIsAnAlarmAfterTwoFreshReadsOfBothAndOnlyOnce) {
  second(runs(), {});
  EXPECT_THAT(second(runs(), runs()), IsEmpty()) << "the first of them";
  EXPECT_TRUE(is_kept()) << "nothing is done to it from the first moment on";
  EXPECT_THAT(second(runs(), runs()), IsEmpty());
  EXPECT_THAT(second(runs(), runs()), ElementsAre("on_two_nodes"));
  EXPECT_THAT(sentences_.back(), HasSubstr("a (uuid-a) runs on h1 and on h2 at once"));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(second(runs(), runs()), IsEmpty()) << "it is told once";
  EXPECT_TRUE(watch_.told().at(0).certain);
}

TEST_F(TwoNodesTest, ItIsOverWhenOneOfTheTwoHasNotReportedItForTwoReads) {
  for (int i = 0; i < 4; ++i) second(runs(), runs());
  ASSERT_EQ(sentences_.size(), 1U);
  EXPECT_THAT(second(runs(), {}), IsEmpty()) << "one read may have missed it";
  EXPECT_TRUE(is_kept());
  EXPECT_THAT(second(runs(), {}), ElementsAre("on_two_nodes_ended"));
  EXPECT_THAT(sentences_.back(), HasSubstr("it is on h1 alone"));
  EXPECT_FALSE(is_kept());
  EXPECT_THAT(watch_.told(), IsEmpty());
}

TEST_F(TwoNodesTest, AReadThatMissesItDoesNotEndTheAlarm) {
  for (int i = 0; i < 4; ++i) second(runs(), runs());
  second(runs(), {});
  EXPECT_THAT(second(runs(), runs()), IsEmpty());
  EXPECT_THAT(second(runs(), {}), IsEmpty());
  EXPECT_TRUE(is_kept());
}

TEST_F(TwoNodesTest, AMigrationIsNoAlarm) {
  second(runs(), {});
  for (int i = 0; i < 5; ++i) EXPECT_THAT(second(in_a_job(), paused()), IsEmpty()) << "it is on its way";
  EXPECT_FALSE(is_kept());
  EXPECT_THAT(second(in_a_job(), runs()), IsEmpty()) << "the source was read a moment before";
  EXPECT_THAT(second({}, runs()), IsEmpty());
  EXPECT_FALSE(is_kept());
  EXPECT_EQ(cluster_.find_domain(uuid_of("a")).node->name(), "h2");
}

TEST_F(TwoNodesTest, AMigrationOfOursExcusesItForAsLongAsLibvirtAnswersWhatBecameOfIt) {
  model::Action move;
  move.domain_uuid = uuid_of("a");
  move.step = model::MigrateTo{uuid_of("h2"), "h2", "qemu+tcp://h2/system", {}, false};
  in_flight_ = {{move, model::ActionState::kProgress}};
  for (int i = 0; i < 6; ++i) EXPECT_THAT(second(runs(), runs()), IsEmpty());
  in_flight_.front().unanswered = true;
  second(runs(), runs());
  second(runs(), runs());
  EXPECT_THAT(second(runs(), runs()), ElementsAre("on_two_nodes"));
}

TEST_F(TwoNodesTest, TwoDomainsOfOneNameAreTwoDomains) {
  const auto other = domain("a").set(&telemetry::DomainSample::uuid, "uuid-other");
  for (int i = 0; i < 6; ++i) EXPECT_THAT(second(runs(), other), IsEmpty());
  EXPECT_FALSE(is_kept());
}

TEST_F(TwoNodesTest, ASilentNodeIsNotTakenForGoneAndThatIsSaid) {
  second(runs(), {});
  for (int i = 0; i < 5; ++i) {
    now_ += kSecond;
    send("h2", {});
  }
  now_ += kSecond;
  send("h2", runs());
  EXPECT_THAT(tell(), ElementsAre("on_two_nodes"));
  EXPECT_THAT(sentences_.back(), HasSubstr("whether it still does on h1 (silent for 6 s) is not known"));
  EXPECT_TRUE(is_kept());
  EXPECT_FALSE(watch_.told().at(0).certain);
  for (int i = 0; i < 5; ++i) {
    now_ += kSecond;
    send("h2", runs());
    EXPECT_THAT(tell(), IsEmpty());
  }
  cluster_.forget_node(uuid_of("h1"));
  EXPECT_THAT(tell(), ElementsAre("on_two_nodes_ended"));
  EXPECT_FALSE(is_kept());
}

TEST_F(TwoNodesTest, ASilentNodeThatComesBackWithItMakesItCertain) {
  second(runs(), {});
  now_ += 10 * kSecond;
  send("h2", {});
  now_ += kSecond;
  send("h2", runs());
  EXPECT_THAT(tell(), ElementsAre("on_two_nodes"));
  std::vector<std::string> told;
  for (int i = 0; i < 3; ++i)
    for (const std::string& kind : second(runs(), runs())) told.push_back(kind);
  EXPECT_THAT(told, ElementsAre("on_two_nodes"));
  EXPECT_THAT(sentences_.back(), HasSubstr("at once"));
}

TEST_F(TwoNodesTest, WhatCameByAMigrationFromANodeThatDiedThenRunsInOnePlace) {
  second(runs(), {});
  now_ += 10 * kSecond;
  send("h2", {});
  now_ += kSecond;
  send("h2", runs().set(&telemetry::DomainSample::state_reason, "migrated"));
  EXPECT_THAT(tell(), IsEmpty());
  EXPECT_FALSE(is_kept());
}

TEST_F(TwoNodesTest, ANodeThatHasJustAppearedDoesNotTakeADomainAway) {
  now_ += kSecond;
  send("h1", runs());
  now_ += kSecond;
  send("h1", runs());
  send("h2", runs());
  tell();
  EXPECT_EQ(cluster_.find_domain(uuid_of("a")).node->name(), "h1");
  EXPECT_TRUE(is_kept());
}

TEST_F(TwoNodesTest, ANewLeaderTellsNothingAgainAndTellsTheEnd) {
  for (int i = 0; i < 4; ++i) second(runs(), runs());
  const auto told = watch_.told();
  watch_ = TwoNodes();
  watch_.restore(told, now_);
  EXPECT_THAT(tell(), IsEmpty());
  for (int i = 0; i < 4; ++i) EXPECT_THAT(second(runs(), runs()), IsEmpty());
  second({}, runs());
  EXPECT_THAT(second({}, runs()), ElementsAre("on_two_nodes_ended"));
}

}  // namespace
}  // namespace hotspot::loop
