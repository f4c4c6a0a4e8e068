// The verdict on a rule, and its reasons.
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
using ::testing::IsEmpty;

class VerdictTest : public ReportTest {
 protected:
  // So many more recommendations, an hour apart, of firings that lasted so long.
  void recommended(int count, Milliseconds lasts) {
    for (int i = 0; i < count; ++i, ++made_) {
      const std::string name = "d" + std::to_string(made_);
      const WallTime at = kNow - hours(60) + hours(made_);
      fires(name, at, lasts);
      recommends(name, at);
    }
  }
  void good(int count) { recommended(count, minutes(20)); }
  void useless(int count) { recommended(count, seconds(20)); }
  std::string reasons() {
    std::string all;
    for (const std::string& one : report().reasons) all += one + "\n";
    return all;
  }
  int made_ = 0;
};

TEST_F(VerdictTest, ReadyAfterTenGoodOnesInThreeDays) {
  good(10);
  EXPECT_EQ(report().verdict, Verdict::kReady);
  EXPECT_THAT(reasons(), HasSubstr("Of 10 that could be judged 0 were wrong and 0 were useless, within 7 d."));
  EXPECT_THAT(reasons(), HasSubstr("None of its actions was done")) << "a trial in recommend tests no prediction";
}

TEST_F(VerdictTest, TooLittleSeenWithNineOrInLessThanThreeDays) {
  good(9);
  EXPECT_EQ(report().verdict, Verdict::kTooLittleSeen);
  EXPECT_THAT(reasons(), HasSubstr("9 recommendations and actions could be judged: 10 are needed."));
  good(2);
  EXPECT_EQ(report().verdict, Verdict::kReady);
  evidence_.reach.oldest = kNow - hours(71);
  EXPECT_EQ(report().verdict, Verdict::kTooLittleSeen);
  EXPECT_THAT(reasons(), HasSubstr("There are data for 2 d 23 h: 3 d are needed."));
}

TEST_F(VerdictTest, NotYetWhereMoreThanOneOfTwentyIsWrong) {
  good(19);
  acts("w", at_, move_to("h2"), ActionState::kFailed);
  EXPECT_EQ(report().verdict, Verdict::kReady) << reasons();
  acts("w", at_, move_to("h2"), ActionState::kFailed);
  EXPECT_EQ(report().verdict, Verdict::kNotYet);
  EXPECT_THAT(reasons(), HasSubstr("2 of 21 were wrong (10 %): at most 5 % may be."));
}

TEST_F(VerdictTest, NotYetWhereMoreThanAFifthIsUseless) {
  good(8);
  useless(2);
  EXPECT_EQ(report().verdict, Verdict::kReady) << reasons();
  useless(1);
  EXPECT_EQ(report().verdict, Verdict::kNotYet);
  EXPECT_THAT(reasons(), HasSubstr("3 of 11 were useless (27 %)"));
}

TEST_F(VerdictTest, OneGuestThatLackedMemoryIsOneTooManyHoweverLittleWasSeen) {
  acts("a", at_, model::SetBalloon{200, 100, false});
  evidence_.failed_shrinks.push_back({.at = at_, .subject = "domain a on h1", .sentence = ""});
  EXPECT_EQ(report().verdict, Verdict::kNotYet);
  EXPECT_THAT(reasons(), HasSubstr("1 guest lacked memory after a shrink: one is too many."));
  EXPECT_THAT(reasons(), HasSubstr("10 are needed")) << "that little was seen is said too";
}

TEST_F(VerdictTest, NotYetWherePredictedDurationsAreFarOff) {
  good(10);
  for (int i = 0; i < 5; ++i)
    acts("m" + std::to_string(i), at_, move_to("h2")).figures = {{"predicted_total_ms", 1000}, {"total_ms", 4000}};
  EXPECT_EQ(report().verdict, Verdict::kNotYet);
  EXPECT_THAT(reasons(), HasSubstr("Predicted durations are off by 75 %"));
}

TEST_F(VerdictTest, NotYetWhereActionsDoNotCure) {
  good(10);
  for (int i = 0; i < 5; ++i) {
    const std::string name = "n" + std::to_string(i);
    fires(name, at_, minutes(i < 2 ? 60 : 5));
    acts(name, at_, model::SetVcpus{1, 2, false});
  }
  EXPECT_EQ(report().verdict, Verdict::kNotYet);
  EXPECT_THAT(reasons(), HasSubstr("It went on firing for more than 15 min after 2 of 5 actions"));
}

TEST_F(VerdictTest, TooLittleSeenWhereTheEndsOfTooManyFiringsAreNotKnown) {
  good(10);
  for (int i = 0; i < 3; ++i) decides("x" + std::to_string(i), at_, "nothing").refused = "no_target";
  EXPECT_EQ(report().verdict, Verdict::kTooLittleSeen);
  EXPECT_THAT(reasons(), HasSubstr("Of 3 subjects it is not known how long it fired"));
}

TEST_F(VerdictTest, ARuleWithoutRemediesOnlyTells) {
  fires("a", at_, minutes(10));
  SeenDecision& made = decides("a", at_, "nothing");
  made.refused = "not_applicable";
  made.only_tells = true;
  EXPECT_EQ(report().verdict, Verdict::kOnlyTells);
}

TEST_F(VerdictTest, OneRuleAloneCanBeAskedFor) {
  good(1);
  fires("a", at_, minutes(10), "Other");
  const Report made = make_report(evidence_, "Other");
  ASSERT_EQ(made.rules.size(), 1u);
  EXPECT_EQ(made.rules[0].rule, "Other");
  EXPECT_THAT(make_report(evidence_, "None").rules, IsEmpty());
}

TEST_F(VerdictTest, WhatLimitsTheReportIsSaid) {
  good(1);
  EXPECT_THAT(make_report(evidence_, "").remarks, IsEmpty());
  evidence_.reach.led_until = kNow - hours(3);
  evidence_.reach.cut = true;
  evidence_.reach.unreadable = 1;
  const auto remarks = make_report(evidence_, "").remarks;
  EXPECT_THAT(remarks, Contains(HasSubstr("hotspotd has written nothing for 3 h")));
  EXPECT_THAT(remarks, Contains(HasSubstr("more than 50000 entries")));
  EXPECT_THAT(remarks, Contains(HasSubstr("1 entry could not be read")));
}

}  // namespace
}  // namespace hotspot::ctl::report
