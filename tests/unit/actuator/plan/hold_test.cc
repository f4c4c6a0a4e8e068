// Holds: what they keep the planner from, what it says, and how they end.
#include "actuator/plan/hold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Milliseconds kHour{3'600'000};

Hold hold(HoldOn on, const std::string& name) {
  return {.id = "",
          .on = on,
          .name = name,
          .uuid = on == HoldOn::kDomain || on == HoldOn::kNode ? uuid_of(name) : "",
          .owner = "ada",
          .reason = "backup",
          .since = kNow,
          .until = kNow + 2 * kHour,
          .for_a_time = true,
          .length = 2 * kHour};
}

Round hot_node() {
  Round round(
      {node("h1").cpu(0.9).with(domain("a").cpu(0.95).vcpus(2, 2)).with(domain("b").cpu(0.8).vcpus(2, 2)), node("h2")});
  round.node_fires("h1", {rules::Migrate{}});
  return round;
}

TEST(Holds, KeepTheirDomainWhereItIs) {
  Round round = hot_node();
  HoldBook holds;
  holds.add(hold(HoldOn::kDomain, "a"));
  round.restraints.holds = &holds;
  const Decision decision = round.only();
  ASSERT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "b");
  EXPECT_THAT(refusals_of(decision),
              Contains("a: held, domain a is held by ada until 10:00 UTC: backup (hotspotctl hold remove 1 ends it)"));
}

TEST(Holds, OnANodeKeepEverythingOnItAndLetNothingCome) {
  for (const char* name : {"h1", "h2"}) {
    Round round = hot_node();
    HoldBook holds;
    holds.add(hold(HoldOn::kNode, name));
    round.restraints.holds = &holds;
    const Decision decision = round.only();
    EXPECT_EQ(decision.outcome, Outcome::kNothing) << name << "\n" << explain(decision);
    EXPECT_THAT(refusals_of(decision), Contains(HasSubstr(std::string("node ") + name + " is held by ada")));
  }
}

TEST(Holds, OnARuleKeepItAlone) {
  Round round = hot_node();
  round.domain_fires("a", rule_of("DomainCpuHot", {rules::CapCpu{100}}));
  HoldBook holds;
  holds.add(hold(HoldOn::kRule, "NodeCpuHot"));
  round.restraints.holds = &holds;
  const auto decisions = round.plan();
  ASSERT_THAT(decisions, SizeIs(2)) << shown(decisions);
  EXPECT_THAT(decisions[0].sentence, HasSubstr("nothing is done, because rule NodeCpuHot is held by ada"));
  EXPECT_EQ(decisions[1].outcome, Outcome::kAct) << explain(decisions[1]);
}

TEST(Holds, OnTheClusterKeepAll) {
  Round round = hot_node();
  HoldBook holds;
  Hold pause = hold(HoldOn::kCluster, "");
  pause.id = kPauseId;
  pause.until.reset();
  holds.add(pause);
  round.restraints.holds = &holds;
  EXPECT_THAT(round.only().sentence,
              HasSubstr("because the cluster is paused by ada: backup (hotspotctl mode resume ends it)"));
}

TEST(Holds, EndWhenTheirTimeIsOver) {
  HoldBook holds;
  holds.add(hold(HoldOn::kDomain, "a"));
  EXPECT_THAT(holds.expire(kNow, Milliseconds(0)), IsEmpty());
  EXPECT_THAT(holds.expire(kNow + 2 * kHour - Milliseconds(1), 2 * kHour - Milliseconds(1)), IsEmpty());
  EXPECT_THAT(holds.expire(kNow + 2 * kHour, 2 * kHour), SizeIs(1));
  EXPECT_THAT(holds.all(), IsEmpty());
}

TEST(Holds, ThatWereGivenALengthKeepItWhenTheClockJumps) {
  for (const Milliseconds jump : {-5 * kHour, 5 * kHour}) {
    HoldBook holds;
    holds.add(hold(HoldOn::kDomain, "a"));
    (void)holds.expire(kNow, Milliseconds(0));
    EXPECT_THAT(holds.expire(kNow + kHour + jump, kHour), IsEmpty());
    EXPECT_THAT(holds.expire(kNow + 2 * kHour + jump - Milliseconds(1), 2 * kHour - Milliseconds(1)), IsEmpty());
    EXPECT_THAT(holds.expire(kNow + 2 * kHour + jump, 2 * kHour), SizeIs(1));
  }
}

TEST(Holds, AreNotMovedTwiceForOneJumpWhenAnotherTakesOver) {
  HoldBook standby;
  (void)standby.expire(kNow, Milliseconds(0));
  HoldBook leader;
  leader.add(hold(HoldOn::kDomain, "a"));
  (void)leader.expire(kNow, Milliseconds(0));
  (void)leader.expire(kNow + 6 * kHour, kHour);
  standby.restore(leader.all(), leader.last_number(), kNow + 6 * kHour);
  EXPECT_THAT(standby.expire(kNow + 6 * kHour, kHour), IsEmpty());
  EXPECT_THAT(standby.expire(kNow + 7 * kHour, 2 * kHour), SizeIs(1));
}

TEST(Holds, ThatWereGivenALengthLastNoLongerThanThatWhenTheClockWasPutRightMeanwhile) {
  // Set while the clock was five hours ahead; hotspotd was restarted since.
  Hold by_length = hold(HoldOn::kDomain, "a"), by_time = hold(HoldOn::kDomain, "b");
  by_length.until = by_time.until = kNow + 7 * kHour;
  by_time.for_a_time = false;
  by_time.length.reset();
  HoldBook holds;
  holds.restore({by_length, by_time}, 2, kNow);
  EXPECT_EQ(holds.all()[0].until, kNow + 2 * kHour);
  EXPECT_EQ(holds.all()[1].until, kNow + 7 * kHour);
  (void)holds.expire(kNow + kHour, kHour);
  holds.restore(holds.all(), 2, kNow + kHour);
  EXPECT_EQ(holds.all()[0].until, kNow + 2 * kHour) << "a restart makes it no longer";
}

TEST(Holds, UntilATimeOfDayDoNotEndByAClockThatHasJustJumpedAhead) {
  HoldBook holds;
  Hold until = hold(HoldOn::kDomain, "a");
  until.for_a_time = false;
  until.length.reset();
  holds.add(until);
  (void)holds.expire(kNow, Milliseconds(0));
  const Milliseconds minute(60'000);
  EXPECT_THAT(holds.expire(kNow + 5 * kHour, minute), IsEmpty());
  // It was put right after five minutes: the hold ends at its own time.
  EXPECT_THAT(holds.expire(kNow + 5 * minute, 5 * minute), IsEmpty());
  EXPECT_THAT(holds.expire(kNow + 2 * kHour, 2 * kHour), SizeIs(1));
  // Or it stays so: then it is believed.
  holds.add(until);
  EXPECT_THAT(holds.expire(kNow + 9 * kHour, 2 * kHour + minute), IsEmpty());
  EXPECT_THAT(holds.expire(kNow + 9 * kHour + 10 * minute, 2 * kHour + 11 * minute), SizeIs(1));
}

TEST(Holds, AreNumberedAndTheirNumbersDoNotComeAgain) {
  HoldBook holds;
  holds.add(hold(HoldOn::kDomain, "a"));
  EXPECT_EQ(holds.add(hold(HoldOn::kDomain, "a")).id, "2");
  EXPECT_TRUE(holds.remove("2"));
  EXPECT_FALSE(holds.remove("2"));
  HoldBook next;
  next.restore(holds.all(), holds.last_number(), kNow);
  EXPECT_EQ(next.add(hold(HoldOn::kNode, "h1")).id, "3");
}

}  // namespace
}  // namespace hotspot::plan
