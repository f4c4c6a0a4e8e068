// What was done to a domain a moment ago is not undone by a rule.
#include "actuator/plan/recent_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using model::ActionState;
using rules::ScaleMemory;
using rules::ScaleVcpus;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

model::Action ended_step(model::Step step) {
  model::Action action;
  action.domain_uuid = uuid_of("a");
  action.domain_name = "a";
  action.node_uuid = uuid_of("h1");
  action.node_name = "h1";
  action.step = std::move(step);
  return action;
}

class RecentStepsTest : public ::testing::Test {
 protected:
  Decision plan(std::vector<rules::Remedy> remedies) {
    Round round({node("h1").with(domain("a").vcpus(2, 4).used(0.1)), node("h2")});
    round.steps = &steps_;
    round.domain_fires("a", std::move(remedies));
    return round.only();
  }
  Decision moved() {
    Round round({node("h1").cpu(0.9).with(domain("a").cpu(0.9)), node("h2")});
    round.steps = &steps_;
    round.domain_fires("a", {rules::Migrate{}});
    return round.only();
  }
  RecentSteps steps_;
};

TEST_F(RecentStepsTest, NoMemoryIsTakenWithinThreeMinutesOfAGrowth) {
  steps_.note(ended_step(model::SetBalloon{128 * kMebibyte, 144 * kMebibyte}), ActionState::kDone, kNow - seconds(179));
  EXPECT_THAT(refusals_of(plan({ScaleMemory{.by_bytes = -16 * kMebibyte}})),
              ElementsAre("in_cooldown, a was given more 2 min 59 s ago (balloon 128 MiB → 144 MiB): nothing of it is "
                          "taken back within 3 min (limits.reversal_rest)"));
  EXPECT_EQ(step_of(plan({ScaleVcpus{.by = -1}})), "vCPUs 2 → 1") << "vCPUs are another thing";
  steps_ = {};
  steps_.note(ended_step(model::SetBalloon{128 * kMebibyte, 144 * kMebibyte}), ActionState::kDone, kNow - minutes(3));
  EXPECT_EQ(step_of(plan({ScaleMemory{.by_bytes = -16 * kMebibyte}})), "balloon 512 MiB → 496 MiB");
}

TEST_F(RecentStepsTest, NoVcpuIsTakenWithinThreeMinutesOfAGrowth) {
  steps_.note(ended_step(model::SetVcpus{1, 2}), ActionState::kDone, kNow - seconds(20));
  EXPECT_THAT(refusals_of(plan({ScaleVcpus{.by = -1}})), ElementsAre(HasSubstr("a was given more 20 s ago")));
}

TEST_F(RecentStepsTest, AGuestThatNeedsItGrowsAtOnceAfterAShrink) {
  steps_.note(ended_step(model::SetBalloon{144 * kMebibyte, 128 * kMebibyte}), ActionState::kDone, kNow - seconds(1));
  steps_.note(ended_step(model::SetVcpus{3, 2}), ActionState::kDone, kNow - seconds(1));
  EXPECT_EQ(step_of(plan({ScaleMemory{.by_bytes = 16 * kMebibyte}})), "balloon 512 MiB → 528 MiB");
  EXPECT_EQ(step_of(plan({ScaleVcpus{}})), "vCPUs 2 → 3");
}

TEST_F(RecentStepsTest, ARollBackCountsAsAGrowth) {
  model::Action undo = ended_step(model::SetBalloon{128 * kMebibyte, 144 * kMebibyte});
  undo.undoes = "x";
  steps_.note(undo, ActionState::kDone, kNow - seconds(60));
  EXPECT_EQ(step_of(plan({ScaleMemory{.by_bytes = -16 * kMebibyte}})), "nothing");
}

TEST_F(RecentStepsTest, ADomainDoesNotGoBackToTheNodeThatItLeft) {
  model::Action move = ended_step(model::MigrateTo{uuid_of("h1"), "h1", ""});
  move.node_uuid = uuid_of("h2");
  move.node_name = "h2";
  steps_.note(move, ActionState::kDone, kNow - seconds(161));
  EXPECT_THAT(refusals_of(moved()),
              Contains(HasSubstr("it left h2 2 min 41 s ago: it does not go back there within 10 min")));
  steps_ = {};
  steps_.note(move, ActionState::kFailed, kNow - seconds(161));
  EXPECT_EQ(step_of(moved()), "migrate to h2") << "it never left";
}

TEST_F(RecentStepsTest, AnOperatorsDrainGoesBackThereAllTheSame) {
  model::Action move = ended_step(model::MigrateTo{uuid_of("h1"), "h1", ""});
  move.node_uuid = uuid_of("h2");
  steps_.note(move, ActionState::kDone, kNow - seconds(10));
  Round round({node("h1").with(domain("a")), node("h2")});
  round.cluster.set_draining({uuid_of("h1")});
  round.steps = &steps_;
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
}

TEST_F(RecentStepsTest, AnOperatorsDrainRatherGoesElsewhere) {
  model::Action move = ended_step(model::MigrateTo{uuid_of("h1"), "h1", ""});
  move.node_uuid = uuid_of("h2");
  steps_.note(move, ActionState::kDone, kNow - seconds(127));
  Round round({node("h1").with(domain("a")), node("h2").cpu(0.1), node("h3").cpu(0.4)});
  round.cluster.set_draining({uuid_of("h1")});
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << "the emptiest, where it has not been";
  round.steps = &steps_;
  EXPECT_EQ(step_of(round.only()), "migrate to h3");
}

TEST_F(RecentStepsTest, WhatWasSkippedIsNotTriedAgainAtOnceAndCostsNothingElse) {
  steps_.note_skipped(ended_step(model::SetVcpus{2, 3}), "a has 3 vCPUs by now", kNow - seconds(10), minutes(1));
  EXPECT_THAT(
      refusals_of(plan({ScaleVcpus{}})),
      ElementsAre("in_cooldown, the same was skipped 10 s ago: a has 3 vCPUs by now; it is tried again in 50 s"));
  EXPECT_EQ(step_of(plan({ScaleVcpus{.by = -1}})), "vCPUs 2 → 1");
  EXPECT_EQ(step_of(moved()), "migrate to h2");
  steps_.note_skipped(ended_step(migrate_to("h2")), "the target cannot be asked", kNow, minutes(1));
  EXPECT_EQ(step_of(moved()), "nothing");
}

TEST_F(RecentStepsTest, AClockThatWasSetBackDoesNotMakeARestLonger) {
  steps_.note(ended_step(model::SetVcpus{1, 2}), ActionState::kDone, kNow + minutes(60));
  steps_.forget_old(kNow - minutes(3));
  EXPECT_EQ(step_of(plan({ScaleVcpus{.by = -1}})), "vCPUs 2 → 1");
}

rules::GrowMark mark(bool memory, double above) {
  return {"Grow", memory, above, [](const std::string& name, const std::string&) { return name == "a"; }};
}

TEST(TakenBack, NoVcpuIsTakenThatARuleWouldGiveBackAtOnce) {
  const std::vector<rules::GrowMark> marks{mark(false, 0.80)};
  for (const auto& [cpu, expected] : {std::pair{0.36, "nothing"}, {0.34, "vCPUs 2 → 1"}}) {
    Round round({node("h1").with(domain("a").vcpus(2, 4).cpu(cpu))});
    round.grow_marks = &marks;
    round.domain_fires("a", {ScaleVcpus{.by = -1}});
    EXPECT_EQ(step_of(round.only()), expected) << explain(round.only());
  }
}

TEST(TakenBack, MemoryIsTakenOnlyDownToWellBelowTheMarkAtWhichARuleGivesIt) {
  Round round({node("h1").with(domain("a").used(0.2))});
  round.domain_fires("a", {ScaleMemory{.by_bytes = -400 * kMebibyte}});
  EXPECT_EQ(step_of(round.only()), "balloon 512 MiB → 146 MiB") << "to 70 %";
  const std::vector<rules::GrowMark> marks{mark(true, 0.50)};
  round.grow_marks = &marks;
  EXPECT_EQ(step_of(round.only()), "balloon 512 MiB → 256 MiB") << "to 40 %, since a rule gives some above 50 %";
}

}  // namespace
}  // namespace hotspot::plan
