// What a report counts, and how it judges recommendations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/ctl/report_evidence.h"

namespace hotspot::ctl::report {
namespace {

using hotspot::testing::kNow;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST_F(ReportTest, HotMinutesAreTheSumOverSubjectsAndOnAnyOfThemTheUnion) {
  fires("a", at_, minutes(30));
  fires("b", at_ + minutes(20), minutes(30));
  fires("a", at_ + hours(2), minutes(10));
  const RuleReport rule = report();
  EXPECT_EQ(rule.hot, minutes(70));
  EXPECT_EQ(rule.hot_any, minutes(60));
  EXPECT_EQ(rule.longest, minutes(30));
  EXPECT_EQ(rule.firings, 3u);
  ASSERT_EQ(rule.subjects.size(), 2u);
  EXPECT_EQ(rule.subjects[0].subject, "domain a on h1");
  EXPECT_EQ(rule.subjects[0].hot, minutes(40));
}

TEST_F(ReportTest, AFiringCountsAsFarAsItIsWithinTheTime) {
  fires("a", evidence_.reach.from - hours(5), hours(6));
  EXPECT_EQ(report().hot, hours(1));
}

TEST_F(ReportTest, WhatWasRecordedTwiceCountsOnce) {
  fires("a", at_, minutes(30));
  fires("a", at_, minutes(30));
  EXPECT_EQ(report().hot, minutes(30));
}

TEST_F(ReportTest, WhereRedisHasLessThanWasAskedForThatIsSaidAndNothingBeforeCounts) {
  evidence_.reach.oldest = kNow - hours(48);
  fires("a", kNow - hours(50), hours(3));
  const Report made = make_report(evidence_, "");
  EXPECT_EQ(made.time(), hours(48));
  EXPECT_EQ(made.rules[0].hot, hours(1));
  EXPECT_THAT(made.remarks, Contains(HasSubstr("no decisions older than 2 d, of 7 d that were asked for")));
}

TEST_F(ReportTest, ARecommendationIsGoodWhereTheFiringWentOnAndWhatItCouldAvoidIsTheRestOfIt) {
  fires("a", at_, minutes(30));
  recommends("a", at_ + minutes(2));
  const RuleReport rule = report();
  EXPECT_EQ(rule.recommended.good, 1u);
  EXPECT_EQ(rule.recommended.by_kind, (std::map<std::string, std::size_t>{{"migrate", 1}}));
  EXPECT_EQ(rule.could_avoid, minutes(27)) << "30 min, less the 2 before it and the one that it takes";
}

TEST_F(ReportTest, ARecommendationIsUselessWhereTheFiringEndedBeforeItWouldHavePaidOff) {
  fires("a", at_, minutes(2));
  recommends("a", at_ + minutes(1) + seconds(30));
  EXPECT_EQ(recommended_for(Reason::kOverBefore), 1u);
  EXPECT_EQ(report().recommended.useless, 1u);
  EXPECT_EQ(report().could_avoid, Milliseconds(0));
}

TEST_F(ReportTest, WithoutAPredictedDurationHalfAMinuteIsTaken) {
  fires("a", at_, minutes(2));
  recommends("a", at_ + minutes(1) + seconds(29)).seconds.reset();
  EXPECT_EQ(report().recommended.good, 1u);
  evidence_.decisions.clear();
  recommends("a", at_ + minutes(1) + seconds(31)).seconds.reset();
  EXPECT_EQ(recommended_for(Reason::kOverBefore), 1u);
}

TEST_F(ReportTest, ARecommendationIsWrongWhereTheTargetWasHotWithinHalfAnHour) {
  fires("a", at_, minutes(30));
  recommends("a", at_);
  evidence_.decisions.push_back(
      {.id = "x", .at = at_, .rule = "NodeHot", .subject_key = "node:h9", .outcome = "nothing"});
  node_fires("h2", at_ + minutes(30), minutes(5), "NodeHot");
  EXPECT_EQ(recommended_for(Reason::kTargetHot), 1u);
  ASSERT_EQ(report().bad.size(), 1u);
  EXPECT_EQ(report().bad[0].words, "NodeHot fired on node h2");
}

TEST_F(ReportTest, ARuleThatOnlyTellsMakesNoTargetHot) {
  fires("a", at_, minutes(30));
  recommends("a", at_);
  node_fires("h2", at_ + minutes(10), minutes(5), "Told");
  EXPECT_EQ(report().recommended.good, 1u);
}

TEST_F(ReportTest, ATargetThatIsHotLaterIsNoFaultOfIt) {
  fires("a", at_, minutes(30));
  recommends("a", at_);
  node_fires("h2", at_ + minutes(32), minutes(5), "Hot");
  EXPECT_EQ(report().recommended.good, 1u);
}

TEST_F(ReportTest, OfOneFiringTheFirstRecommendationCountsAndOthersAreChanges) {
  fires("a", at_, minutes(30));
  recommends("a", at_ + minutes(1));
  recommends("a", at_ + minutes(5), "h3");
  EXPECT_EQ(report().recommended.made, 1u);
  EXPECT_EQ(report().changed_its_mind, 1u);
  EXPECT_EQ(report().could_avoid, minutes(28));
}

TEST_F(ReportTest, WhatSomebodyElseChangedMeanwhileIsNotJudged) {
  fires("a", at_, minutes(3));
  recommends("a", at_ + minutes(1));
  evidence_.changed_by_others.push_back({.at = at_ + minutes(2), .subject = "domain a on h1", .sentence = ""});
  EXPECT_EQ(recommended_for(Reason::kOthers), 1u);
  EXPECT_EQ(report().recommended.judged(), 0u);
}

TEST_F(ReportTest, AFiringWhoseEndWasNotRecordedIsSaidAndNotCounted) {
  recommends("a", at_);
  fires("b", at_, minutes(1));
  EXPECT_EQ(recommended_for(Reason::kEndNotKnown), 1u);
  EXPECT_EQ(report().ends_not_known, 1u);
  EXPECT_EQ(report().hot, minutes(1));
}

TEST_F(ReportTest, WhatIsYoungerThanHalfAnHourIsNotCalledGoodYet) {
  fires("a", kNow - minutes(20), minutes(20)).goes_on = true;
  recommends("a", kNow - minutes(20));
  EXPECT_EQ(recommended_for(Reason::kTooRecent), 1u);
  EXPECT_EQ(report().recommended.judged(), 0u);
  EXPECT_EQ(report().could_avoid, Milliseconds(0)) << "only what is good could have avoided anything";
}

TEST_F(ReportTest, NothingIsJudgedBeyondTheTimeAtWhichTheLeaderWroteLast) {
  evidence_.reach.led_until = at_ + minutes(20);
  fires("a", at_, minutes(10));
  recommends("a", at_);
  EXPECT_EQ(recommended_for(Reason::kTooRecent), 1u);
}

TEST_F(ReportTest, AGrowthThatIsTakenBackWithinHalfAnHourIsUseless) {
  fires("a", at_, minutes(10));
  fires("a", at_ + minutes(15), minutes(10));
  for (const auto& [after, direction] : {std::pair{minutes(0), 1}, std::pair{minutes(15), -1}}) {
    SeenDecision& made = recommends("a", at_ + after);
    made.kind = "set_vcpus";
    made.direction = direction;
    made.target_uuid.clear();
  }
  EXPECT_EQ(recommended_for(Reason::kTakenBack), 1u);
  EXPECT_EQ(report().recommended.good, 1u);
}

TEST_F(ReportTest, AFiringWithNoRemedyIsCountedByItsRefusal) {
  fires("a", at_, minutes(10));
  decides("a", at_, "nothing").refused = "no_target";
  EXPECT_EQ(report().nothing_possible, 1u);
  EXPECT_EQ(report().refused.at("no_target"), 1u);
  EXPECT_EQ(report().recommended.made, 0u);
}

}  // namespace
}  // namespace hotspot::ctl::report
