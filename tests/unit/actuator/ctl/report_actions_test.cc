// How a report judges actions, and the errors of what was predicted of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/ctl/report_evidence.h"

namespace hotspot::ctl::report {
namespace {

using hotspot::testing::kNow;
using model::ActionState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST_F(ReportTest, AnActionThatWasDoneIsGoodAndTheHeatAfterItIsMeasured) {
  fires("a", at_, minutes(6));
  acts("a", at_ + minutes(2), move_to("h2"));
  const RuleReport rule = report();
  EXPECT_EQ(rule.done.good, 1u);
  EXPECT_EQ(rule.cured, 1u);
  EXPECT_EQ(rule.hot_after, minutes(3));
  EXPECT_EQ(rule.could_avoid, Milliseconds(0)) << "what was done is measured, not predicted";
}

TEST_F(ReportTest, AnActionAfterWhichItFiredOnForAQuarterOfAnHourDidNotCure) {
  fires("a", at_, minutes(19));
  acts("a", at_ + minutes(2), move_to("h2"));
  EXPECT_EQ(report().cured, 0u);
  EXPECT_EQ(report().not_cured, 1u);
}

TEST_F(ReportTest, AnActionThatFailedOrWasAbortedIsWrong) {
  acts("a", at_, move_to("h2"), ActionState::kFailed).message = "no route to host";
  acts("b", at_, move_to("h2"), ActionState::kAborted);
  EXPECT_EQ(done_with(Reason::kFailed), 1u);
  EXPECT_EQ(done_with(Reason::kAborted), 1u);
  EXPECT_EQ(report().done.wrong, 2u);
  EXPECT_EQ(report().bad.size(), 2u);
}

TEST_F(ReportTest, WhatWasSkippedOrIsUnderWayIsNotJudged) {
  acts("a", at_, move_to("h2"), ActionState::kSkipped);
  acts("b", at_, move_to("h2"), ActionState::kProgress);
  EXPECT_EQ(done_with(Reason::kSkipped), 1u);
  EXPECT_EQ(done_with(Reason::kUnderWay), 1u);
  EXPECT_EQ(report().done.judged(), 0u);
}

TEST_F(ReportTest, AnActionThatWasRolledBackIsWrongAndTheRollBackIsNoActionOfItsOwn) {
  acts("a", at_, model::SetBalloon{200, 100, false});
  acts("a", at_ + minutes(2), model::SetBalloon{100, 200, false}).action.undoes = "a0";
  EXPECT_EQ(done_with(Reason::kRolledBack), 1u);
  EXPECT_EQ(report().done.made, 1u);
  EXPECT_EQ(report().roll_backs, 1u);
}

TEST_F(ReportTest, WhatAnOperatorOrderedIsOfNoRule) {
  acts("a", at_, move_to("h2"));
  SeenAction& order = acts("b", at_, move_to("h2"));
  order.action.rule = "";
  order.action.approved_by = "ada";
  EXPECT_EQ(report().done.made, 1u);
  EXPECT_EQ(make_report(evidence_, "").rules.size(), 1u);
}

TEST_F(ReportTest, AShrinkThatTheGuestCouldNotBearIsAKill) {
  acts("a", at_, model::SetBalloon{200, 100, false});
  acts("b", at_, model::SetBalloon{200, 100, false});
  evidence_.failed_shrinks.push_back({.at = at_ + minutes(5), .subject = "domain a on h1", .sentence = ""});
  EXPECT_EQ(report().kills, 1u);
  EXPECT_EQ(done_with(Reason::kKill), 1u);
  EXPECT_EQ(report().done.good, 1u);
}

TEST_F(ReportTest, AnActionWhoseTargetGotHotIsWrong) {
  fires("a", at_, minutes(3));
  acts("a", at_, move_to("h2"));
  node_fires("h2", at_ + minutes(20), minutes(5), "Hot");
  recommends("b", at_ + minutes(20));  // the rule has remedies
  EXPECT_EQ(done_with(Reason::kTargetHot), 1u);
}

TEST_F(ReportTest, AnActionIsUselessWhereTheFiringWasOverBeforeItWasDone) {
  fires("a", at_, seconds(90));
  acts("a", at_ + minutes(1), move_to("h2"));
  EXPECT_EQ(done_with(Reason::kOverBefore), 1u);
}

// The snapshots have to show it before it is called done: by then the rule may have been resolved.
TEST_F(ReportTest, AFiringThatIsOverOnceLibvirtHasDoneItWasCuredByIt) {
  fires("a", at_, seconds(90));
  acts("a", at_ + minutes(1), move_to("h2")).took_effect = at_ + seconds(80);
  EXPECT_EQ(report().done.good, 1u);
  EXPECT_EQ(report().cured, 1u);
  EXPECT_EQ(report().hot_after, seconds(10));
}

TEST_F(ReportTest, WhatAHotspotdOfBeforeDecidedIsNotInItSinceNobodyKnowsHowLongItFired) {
  recommends("a", kNow - hours(48)).subject_key.clear();
  evidence_.reach.no_ends_until = kNow - hours(48);
  fires("a", at_, minutes(10));
  const Report made = make_report(evidence_, "");
  EXPECT_EQ(made.time(), hours(48));
  EXPECT_EQ(made.rules.at(0).recommended.made, 0u);
  EXPECT_EQ(made.rules.at(0).ends_not_known, 0u);
  EXPECT_THAT(made.remarks, Contains(HasSubstr("records no ends of firings")));
}

TEST_F(ReportTest, AMigrationIsUselessWhereTheDomainMovedAgainWithinHalfAnHour) {
  acts("a", at_, move_to("h2"));
  acts("a", at_ + minutes(25), move_to("h1"));
  EXPECT_EQ(done_with(Reason::kTakenBack), 1u);
  EXPECT_EQ(report().done.good, 1u);
}

TEST_F(ReportTest, AnotherStepOfGrowthTakesNothingBack) {
  acts("a", at_, model::SetVcpus{1, 2, false});
  acts("a", at_ + minutes(5), model::SetVcpus{2, 3, false});
  EXPECT_EQ(report().done.good, 2u);
}

TEST_F(ReportTest, ErrorsOfPredictionsAreMediansAndTheNinetyFifthPart) {
  for (int i = 1; i <= 20; ++i)
    acts("a" + std::to_string(i), at_, move_to("h2")).figures = {{"predicted_total_ms", 1000.0 + i * 100},
                                                                 {"total_ms", 1000},
                                                                 {"predicted_downtime_ms", 50},
                                                                 {"downtime_ms", 60}};
  const RuleReport rule = report();
  EXPECT_EQ(rule.duration_ms.count, 20u);
  EXPECT_DOUBLE_EQ(rule.duration_ms.median, 1000);
  EXPECT_DOUBLE_EQ(rule.duration_ms.ninety_fifth, 1900);
  EXPECT_DOUBLE_EQ(*rule.duration_ms.relative_median, 1);
  EXPECT_DOUBLE_EQ(rule.downtime_ms.median, 10);
}

TEST_F(ReportTest, WhatWasNotMeasuredIsNoErrorOfZero) {
  acts("a", at_, move_to("h2")).figures = {{"predicted_total_ms", 1000}};
  EXPECT_EQ(report().duration_ms.count, 0u);
}

TEST_F(ReportTest, TheCpuThatWasPredictedIsComparedWithWhatWasStoredOnceItHadSettled) {
  SeenDecision& decision = decides("a", at_, "act");
  decision.effects = {{.node = "h1", .cpu_before = 0.9, .cpu_after = 0.4}};
  acts("a", at_, move_to("h2")).action.decision_id = decision.id;
  const WallTime done = at_ + minutes(1);
  evidence_.node_cpu["h1"] = {{done + seconds(30), 0.9}, {done + minutes(2), 0.5}, {done + minutes(9), 0.1}};
  EXPECT_EQ(report().cpu_points.count, 1u);
  EXPECT_NEAR(report().cpu_points.median, 10, 0.001);
}

}  // namespace
}  // namespace hotspot::ctl::report
