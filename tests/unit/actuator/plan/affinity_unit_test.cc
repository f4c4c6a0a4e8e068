// Domains that belong together move one after the other: first the one that others must be with.
#include "actuator/plan/affinity_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Drain;
using rules::Migrate;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

testing::DomainBuilder large(const std::string& name) { return domain(name).vcpus(2, 2).cpu(0.9); }

telemetry::DomainSample db() { return large("db").policy({.group = "db"}); }
telemetry::DomainSample app() { return large("app").policy({.affinity = {"db"}}); }
telemetry::DomainSample mate(const std::string& name) {
  return large(name).policy({.group = "db", .affinity = {"db"}});
}

telemetry::NodeSnapshot hot(const std::vector<telemetry::DomainSample>& domains) {
  auto made = node("h1").cpus(4).cpu(0.95);
  for (const auto& one : domains) made.with(one);
  return made;
}

TEST(AffinityUnit, AHotspotMovesTheDomainThatOthersMustBeWithOnlyToWhereTheyCanFollow) {
  Round round({hot({db(), app()}), node("h2").cpu(0.2), node("h3").cpus(16).cpu(0.4)});
  round.node_fires("h1", {Migrate{}});
  const Decision decision = round.only();
  EXPECT_EQ(decision.action->domain_name, "db") << explain(decision);
  EXPECT_EQ(step_of(decision), "migrate to h3") << "h2 has room for one of them";
  EXPECT_THAT(decision.followers, ElementsAre("app"));
  EXPECT_THAT(decision.sentence, HasSubstr("; then follows app"));
  EXPECT_THAT(explain(decision), HasSubstr("then follow: app, which belong with it"));
  EXPECT_THAT(refusals_of(decision),
              Contains(HasSubstr("app, which belongs with db, could not follow: h2 would be at")));
}

TEST(AffinityUnit, WhereThereIsRoomForOneOfThemNoneMoves) {
  Round round({hot({db(), app()}), node("h2").cpu(0.2)});
  round.node_fires("h1", {Migrate{}});
  EXPECT_EQ(step_of(round.only()), "nothing") << explain(round.only());
}

TEST(AffinityUnit, WhereAnotherOfTheGroupStaysNobodyHasToFollow) {
  Round round({hot({db(), app(), large("db2").cpu(0.1).policy({.group = "db"})}), node("h2").cpu(0.2)});
  round.node_fires("h1", {Migrate{}});
  const Decision decision = round.only();
  EXPECT_EQ(decision.action->domain_name, "db") << explain(decision);
  EXPECT_THAT(decision.followers, ElementsAre());
}

TEST(AffinityUnit, ADrainTakesTheOneThatOthersMustBeWithFirst) {
  Round round({hot({large("app").cpu(1.0).policy({.affinity = {"db"}}), db()}), node("h2").cpus(16)});
  round.node_fires("h1", {Drain{}});
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "db");
  EXPECT_THAT(decision.followers, ElementsAre("app"));
}

TEST(AffinityUnit, ADrainPutsBothOnANodeThatHasRoomForBoth) {
  Round round({hot({db(), app()}), node("h2").cpu(0.05).cpus(4), node("h3").cpus(16).cpu(0.3)});
  round.node_fires("h1", {Drain{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h3") << explain(round.only());
}

TEST(AffinityUnit, InADrainTheOthersWaitUntilItHasArrived) {
  Round round({hot({db(), app()}), node("h2").cpus(16)});
  round.cooldowns.note({uuid_of("db"), kNow, std::chrono::minutes(5)}, round.limits);
  round.node_fires("h1", {Drain{}});
  EXPECT_THAT(refusals_of(round.only()),
              Contains("app to h2: affinity, app follows to h2 once the domains that it belongs with are there"));
}

TEST(AffinityUnit, InADrainTheRestFollowsToWhereTheFirstHasGone) {
  Round round({hot({app()}), node("h2").cpus(16), node("h3").cpus(16).cpu(0.3).with(db())});
  round.node_fires("h1", {Drain{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h3") << explain(round.only());
}

TEST(AffinityUnit, AGroupThatStaysTogetherMovesOneByOne) {
  Round round({hot({mate("a"), mate("b")}), node("h2").cpus(16)});
  round.node_fires("h1", {Drain{}});
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "a");
  EXPECT_THAT(decision.followers, ElementsAre("b"));
}

// "db" has left h1 for h3.
class FollowUp : public ::testing::Test {
 protected:
  void moved(const std::string& name, Milliseconds ago = Milliseconds(20'000)) {
    model::Action action;
    action.domain_uuid = uuid_of(name);
    action.domain_name = name;
    action.node_uuid = uuid_of("h1");
    action.node_name = "h1";
    action.rule = "Hot";
    action.step = migrate_to("h3");
    steps_.note(action, model::ActionState::kDone, kNow - ago);
    round_.steps = &steps_;
  }

  RecentSteps steps_;
  Round round_ = Round({node("h1").cpu(0.5).with(app()), node("h2"), node("h3").cpus(16).cpu(0.3).with(db())});
};

TEST_F(FollowUp, WhatWasLeftBehindFollowsAlthoughNothingFiresAnyMore) {
  moved("db");
  const Decision decision = round_.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_EQ(decision.outcome, Outcome::kAct);
  EXPECT_EQ(
      decision.sentence,
      "domain app on h1: it must be with group 'db', of which db was moved to h3 by Hot; it follows: migrate to h3 "
      "for app");
  EXPECT_EQ(decision.action->decision_id, decision.id);
}

TEST_F(FollowUp, ItIsDoneWithinTheLimitsAndAfterTheFiguresHaveSettled) {
  moved("db");
  round_.node_action_ended[uuid_of("h3")] = kNow;
  EXPECT_THAT(round_.plan(), ElementsAre());
  round_.node_action_ended.clear();
  round_.limits.migrations_per_cluster = 0;
  EXPECT_THAT(round_.plan(), ElementsAre());
}

TEST_F(FollowUp, WhatCannotFollowIsSaidAsTheHalfThatItIs) {
  moved("db");
  round_.cluster = cluster_of({node("h1").with(app()), node("h3").cpu(0.79).with(db())});
  const Decision decision = round_.only();
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(decision.sentence, HasSubstr("it cannot follow, because h3 would be at"));
}

TEST_F(FollowUp, WhatWasMovedLongAgoIsLeftAsItIs) {
  moved("db", std::chrono::hours(1));
  EXPECT_THAT(round_.plan(), ElementsAre());
}

TEST_F(FollowUp, OfAGroupThatStaysTogetherAllFollow) {
  moved("a");
  round_.cluster = cluster_of({node("h1").with(mate("b")).with(mate("c")), node("h3").cpus(16).with(mate("a"))});
  const auto decisions = round_.plan();
  ASSERT_EQ(decisions.size(), 1u) << shown(decisions);
  EXPECT_EQ(step_of(decisions[0]), "migrate to h3");
}

TEST_F(FollowUp, InModeRecommendItIsRecommended) {
  moved("db");
  round_.daemon_mode = Mode::kRecommend;
  EXPECT_EQ(round_.only().outcome, Outcome::kRecommend);
}

TEST_F(FollowUp, TheModeThatTheRuleHasNowHolds) {
  moved("db");
  rules::RuleSet set;
  round_.rules = &set;
  EXPECT_EQ(round_.only().outcome, Outcome::kRecommend) << "the rule is gone";
  set.rules.push_back(rule_of("Hot", {Migrate{}}));
  EXPECT_EQ(round_.only().outcome, Outcome::kAct);
  set.rules.front().mode = Mode::kRecommend;
  EXPECT_EQ(round_.only().outcome, Outcome::kRecommend);
  set.rules.front().mode = Mode::kObserve;
  EXPECT_THAT(round_.plan(), ElementsAre());
}

TEST_F(FollowUp, WhatCooledDownMeanwhileFollowsAfterThat) {
  moved("db", std::chrono::minutes(16));
  round_.cooldowns.note({uuid_of("app"), kNow - std::chrono::minutes(15), std::chrono::minutes(15)}, round_.limits);
  EXPECT_EQ(step_of(round_.only()), "migrate to h3");
  round_.cooldowns.note({uuid_of("app"), kNow - std::chrono::minutes(1), std::chrono::minutes(15)}, round_.limits);
  EXPECT_THAT(round_.plan(), ElementsAre()) << "it still cools down";
}

TEST_F(FollowUp, OfTwoThatMovedTheLastOneIsFollowed) {
  moved("other", std::chrono::minutes(5));
  moved("db");
  round_.cluster =
      cluster_of({node("h1").cpu(0.5).with(app()), node("h2").cpu(0.79).with(large("other").policy({.group = "db"})),
                  node("h3").cpus(16).cpu(0.3).with(db())});
  EXPECT_EQ(step_of(round_.only()), "migrate to h3") << "where it was known to fit";
}

TEST(AffinityUnit, StaysWholeWhereOneOfItMayOnlyBeRecommended) {
  Round round({hot({db(), large("app").policy({.mode = "recommend", .affinity = {"db"}})}), node("h2").cpus(16)});
  round.node_fires("h1", {Migrate{}});
  EXPECT_EQ(step_of(round.only()), "nothing");
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("could not follow: its policy says recommend")));
  round.daemon_mode = Mode::kRecommend;
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(AffinityUnit, WaitsForTheOneThatCoolsDown) {
  Round round({hot({db(), app()}), node("h2").cpus(16)});
  round.cooldowns.note({uuid_of("app"), kNow, std::chrono::minutes(15)}, round.limits);
  round.node_fires("h1", {Migrate{}});
  EXPECT_EQ(step_of(round.only()), "nothing");
  EXPECT_THAT(refusals_of(round.only()),
              Contains(HasSubstr("app, which belongs with db, could not follow: app cools down")));
}

}  // namespace
}  // namespace hotspot::plan
