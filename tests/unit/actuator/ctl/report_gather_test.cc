// What a report takes from Redis' entries, and what it leaves out.
#include "actuator/ctl/report/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/build_cluster.h"

namespace hotspot::ctl::report {
namespace {

using hotspot::testing::kNow;
using Json = nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GathererTest : public ::testing::Test {
 protected:
  static double unix_at(Milliseconds before) { return to_unix_seconds(kNow - before); }
  static record::Status status_of(const Json& json) { return record::status_from_json(json.dump()).value(); }
  Json resolved(Milliseconds since, Milliseconds until) {
    return {{"id", "1-n1"},
            {"at", unix_at(until)},
            {"rule", "Hot"},
            {"subject", "domain a on h1"},
            {"subject_key", "domain:uuid-a"},
            {"node", "h1"},
            {"node_uuid", "uuid-h1"},
            {"domain", "a"},
            {"domain_uuid", "uuid-a"},
            {"firing_since", unix_at(since)},
            {"outcome", "resolved"}};
  }
  Json recommendation() {
    return {{"id", "1-d1"},
            {"at", unix_at(hours(1))},
            {"rule", "Hot"},
            {"subject", "domain a on h1"},
            {"subject_key", "domain:uuid-a"},
            {"outcome", "recommend"},
            {"action",
             {{"id", "1-a1"},
              {"domain", "a"},
              {"domain_uuid", "uuid-a"},
              {"node", "h1"},
              {"kind", "migrate"},
              {"step", "migrate to h2"},
              {"target_uuid", "uuid-h2"}}},
            {"figures", {{"seconds", 12.5}, {"downtime_seconds", 0.1}}},
            {"effects", {{{"node", "h1"}, {"cpu_ratio_before", 0.9}, {"cpu_ratio_after", 0.4}}}}};
  }
  ports::JournalEntry entry(model::ActionState state, Milliseconds before) {
    ports::JournalEntry made;
    made.action.id = "1-a1";
    made.action.planned_at = kNow - hours(2);
    made.action.step = model::MigrateTo{"uuid-h2", "h2", "qemu://h2", {"vda"}, false};
    made.state = state;
    made.at = kNow - before;
    return made;
  }

  Gatherer gatherer_{kNow - hours(24), kNow};
};

TEST_F(GathererTest, TakesTheEndOfAFiring) {
  gatherer_.decision(resolved(minutes(30), minutes(10)).dump());
  const Evidence evidence = gatherer_.take();
  ASSERT_THAT(evidence.firings, SizeIs(1));
  EXPECT_EQ(evidence.firings[0].since, kNow - minutes(30));
  EXPECT_EQ(evidence.firings[0].until, kNow - minutes(10));
  EXPECT_FALSE(evidence.firings[0].goes_on);
  EXPECT_EQ(evidence.reach.no_ends_until, std::nullopt);
}

TEST_F(GathererTest, AFiringThatEndedAfterTheAskedTimeGoesOnInIt) {
  Gatherer before(kNow - hours(24), kNow - hours(1));
  before.decision(resolved(hours(2), minutes(10)).dump());
  before.decision(resolved(minutes(30), minutes(10)).dump());
  const Evidence evidence = before.take();
  ASSERT_THAT(evidence.firings, SizeIs(1)) << "one that began after it is not in it";
  EXPECT_TRUE(evidence.firings[0].goes_on);
  EXPECT_EQ(evidence.firings[0].until, kNow - hours(1));
}

TEST_F(GathererTest, TakesARecommendationWithWhatItPredicts) {
  gatherer_.decision(recommendation().dump());
  const Evidence evidence = gatherer_.take();
  ASSERT_THAT(evidence.decisions, SizeIs(1));
  const SeenDecision& one = evidence.decisions[0];
  EXPECT_EQ(evidence.reach.no_ends_until, std::nullopt);
  EXPECT_EQ(one.step, "migrate to h2");
  EXPECT_EQ(one.target, "h2") << "from the step, where a hotspotd of before did not write it";
  EXPECT_EQ(one.seconds, 12.5);
  ASSERT_THAT(one.effects, SizeIs(1));
  EXPECT_EQ(one.effects[0].cpu_after, 0.4);
}

TEST_F(GathererTest, KnowsUntilWhenAHotspotdOfBeforeDecided) {
  Json old = recommendation();
  old.erase("subject_key");
  gatherer_.decision(old.dump());
  EXPECT_EQ(gatherer_.take().reach.no_ends_until, kNow - hours(1));
}

TEST_F(GathererTest, TheOldestDecisionIsInItThoughItWasMadeBeforeItCameToRedis) {
  gatherer_.decision(recommendation().dump());
  gatherer_.oldest(kNow - hours(1) + std::chrono::seconds(2));
  EXPECT_EQ(gatherer_.take().reach.oldest, kNow - hours(1));
}

TEST_F(GathererTest, NobodyMakesItOlderByATimeThatHeWrites) {
  gatherer_.decision(recommendation().dump());
  gatherer_.oldest(kNow);
  EXPECT_EQ(gatherer_.take().reach.oldest, kNow - minutes(1));
}

TEST_F(GathererTest, KnowsWhetherAStepGrowsOrShrinks) {
  Json grows = recommendation(), shrinks = recommendation();
  grows["action"].update({{"kind", "set_vcpus"}, {"from", 1}, {"to", 2}});
  shrinks["action"].update({{"kind", "set_balloon"}, {"from", 200}, {"to", 100}});
  gatherer_.decision(grows.dump());
  gatherer_.decision(shrinks.dump());
  const Evidence evidence = gatherer_.take();
  EXPECT_EQ(evidence.decisions[0].direction, 1);
  EXPECT_EQ(evidence.decisions[1].direction, -1);
}

TEST_F(GathererTest, OfAnActionItsEndCountsInWhateverOrderItsStatesCome) {
  ports::JournalEntry end = entry(model::ActionState::kDone, minutes(100));
  end.figures = {{"total_ms", 5}, {"rounds", 3}};
  gatherer_.entry(end);
  gatherer_.entry(entry(model::ActionState::kVerifying, minutes(90)));  // by the clock of another hotspotd
  gatherer_.entry(entry(model::ActionState::kIntent, minutes(120)));
  const Evidence evidence = gatherer_.take();
  ASSERT_THAT(evidence.actions, SizeIs(1));
  EXPECT_EQ(evidence.actions[0].state, model::ActionState::kDone);
  EXPECT_EQ(evidence.actions[0].at, kNow - minutes(100));
  EXPECT_EQ(evidence.actions[0].took_effect, kNow - minutes(90));
  EXPECT_EQ(evidence.actions[0].figures, (std::map<std::string, double>{{"total_ms", 5}}));
  EXPECT_EQ(std::get<model::MigrateTo>(evidence.actions[0].action.step).target_uri, "");
}

TEST_F(GathererTest, WhatFiresNowIsInTheStatusUnlessItIsOverMeanwhile) {
  const Json firing = {{"rule", "Hot"},
                       {"phase", "firing"},
                       {"subject_key", "domain:uuid-a"},
                       {"labels", {{"domain", "a"}, {"node", "h1"}}},
                       {"firing_since", unix_at(minutes(30))}};
  Json other = firing, pending = firing;
  other["subject_key"] = "node:uuid-h1,device=vda";
  pending["phase"] = "pending";
  gatherer_.status(status_of({{"at", unix_at(minutes(1))}, {"firings", {firing, other, pending}}}));
  gatherer_.decision(resolved(minutes(30), Milliseconds(0)).dump());
  const Evidence evidence = gatherer_.take();
  ASSERT_THAT(evidence.firings, SizeIs(2));
  EXPECT_EQ(evidence.firings[0].node_uuid, "uuid-h1");
  EXPECT_TRUE(evidence.firings[0].goes_on);
  EXPECT_EQ(evidence.firings[0].until, kNow - minutes(1)) << "as far as the leader wrote";
  EXPECT_FALSE(evidence.firings[1].goes_on);
  EXPECT_EQ(evidence.reach.led_until, kNow - minutes(1));
}

TEST_F(GathererTest, WhatCannotBeReadIsCountedAndNothingOfItIsTaken) {
  Json no_rule = resolved(minutes(2), minutes(1)), backwards = resolved(minutes(1), minutes(2));
  no_rule["rule"] = 7;
  Json no_domain = recommendation(), no_time = recommendation();
  no_domain["action"] = "migrate";
  no_time["at"] = 1e300;
  const std::vector<std::string> bad{"",
                                     "{",
                                     "[]",
                                     "null",
                                     "7",
                                     std::string(100, '['),
                                     no_rule.dump(),
                                     backwards.dump(),
                                     no_domain.dump(),
                                     no_time.dump(),
                                     R"({"at": -1, "outcome": "recommend"})",
                                     R"({"outcome": "resolved"})"};
  for (const std::string& one : bad) gatherer_.decision(one);
  Json huge = recommendation();
  huge["explanation"] = std::string(record::kMostDecisionBytes, 'x');
  gatherer_.decision(huge.dump());
  ports::JournalEntry of_the_future = entry(model::ActionState::kDone, minutes(1));
  of_the_future.at = from_unix_ms(std::numeric_limits<std::int64_t>::max());
  gatherer_.entry(of_the_future);
  const Evidence evidence = gatherer_.take();
  EXPECT_EQ(evidence.reach.unreadable, bad.size() + 2);
  EXPECT_THAT(evidence.firings, IsEmpty());
  EXPECT_THAT(evidence.decisions, IsEmpty());
  EXPECT_THAT(evidence.actions, IsEmpty());
}

TEST_F(GathererTest, NumbersThatNobodyCanMeanAreNotTaken) {
  Json forged = recommendation();
  forged["figures"] = {{"seconds", 1e300}, {"downtime_seconds", -5}};
  forged["effects"] = {{"node", 7}};
  gatherer_.decision(forged.dump());
  // A status of another shape is refused when it is read; one without a time, or a firing without its key, is not
  // taken.
  EXPECT_FALSE(record::status_from_json(R"({"at": "now", "firings": 7})"));
  gatherer_.status(status_of({{"firings", {{{"phase", "firing"}, {"subject_key", "k"}, {"firing_since", 1}}}}}));
  gatherer_.status(status_of({{"at", unix_at(minutes(1))}, {"firings", {{{"phase", "firing"}}}}}));
  const Evidence evidence = gatherer_.take();
  ASSERT_THAT(evidence.decisions, SizeIs(1));
  EXPECT_EQ(evidence.decisions[0].seconds, std::nullopt);
  EXPECT_EQ(evidence.decisions[0].downtime_seconds, std::nullopt);
  EXPECT_THAT(evidence.firings, IsEmpty());
}

TEST_F(GathererTest, TextsAreCutWhereACharacterEnds) {
  Json long_one = recommendation();
  std::string name;
  while (name.size() < 1000) name += "ä";
  long_one["action"]["domain"] = "x" + name;
  gatherer_.decision(long_one.dump());
  const std::string domain = gatherer_.take().decisions.at(0).domain;
  EXPECT_EQ(domain.size(), 299u);
  EXPECT_EQ(domain.substr(domain.size() - 2), "ä");
}

TEST_F(GathererTest, TakesNoMoreOfAKindThanItSays) {
  Gatherer small(kNow - hours(24), kNow, 3);
  for (int i = 0; i < 5; ++i) {
    small.decision(resolved(minutes(30), minutes(10)).dump());
    small.decision(recommendation().dump());
    ports::JournalEntry one = entry(model::ActionState::kDone, minutes(1));
    one.action.id = std::to_string(i);
    small.entry(one);
  }
  const Evidence evidence = small.take();
  EXPECT_THAT(evidence.firings, SizeIs(3));
  EXPECT_THAT(evidence.decisions, SizeIs(3));
  EXPECT_THAT(evidence.actions, SizeIs(3));
  EXPECT_TRUE(evidence.reach.cut);
}

}  // namespace
}  // namespace hotspot::ctl::report
