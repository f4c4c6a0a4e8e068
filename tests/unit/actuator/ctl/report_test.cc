// Each definition of a report, on evidence made by hand.
#include "actuator/ctl/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::ctl::report {
namespace {

using hotspot::testing::kNow;
using hotspot::testing::uuid_of;
using model::ActionState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() {
    evidence_.reach.from = kNow - hours(24 * 7);
    evidence_.reach.until = kNow;
    evidence_.reach.oldest = kNow - hours(24 * 30);
    evidence_.reach.led_until = kNow;
  }

  SeenFiring& fires(const std::string& domain, WallTime since, Milliseconds lasts, const std::string& rule = "Hot") {
    evidence_.firings.push_back({.rule = rule,
                                 .subject_key = "domain:" + uuid_of(domain),
                                 .subject = "domain " + domain + " on h1",
                                 .node_uuid = uuid_of("h1"),
                                 .node = "h1",
                                 .domain_uuid = uuid_of(domain),
                                 .domain = domain,
                                 .since = since,
                                 .until = since + lasts});
    return evidence_.firings.back();
  }
  void node_fires(const std::string& node, WallTime since, Milliseconds lasts, const std::string& rule) {
    evidence_.firings.push_back({.rule = rule,
                                 .subject_key = "node:" + uuid_of(node),
                                 .subject = "node " + node,
                                 .node_uuid = uuid_of(node),
                                 .node = node,
                                 .since = since,
                                 .until = since + lasts});
  }
  SeenDecision& decides(const std::string& domain, WallTime at, const std::string& outcome) {
    evidence_.decisions.push_back({.id = "d" + std::to_string(evidence_.decisions.size()),
                                   .at = at,
                                   .rule = "Hot",
                                   .subject_key = "domain:" + uuid_of(domain),
                                   .subject = "domain " + domain + " on h1",
                                   .outcome = outcome});
    return evidence_.decisions.back();
  }
  SeenDecision& recommends(const std::string& domain, WallTime at, const std::string& target = "h2") {
    SeenDecision& made = decides(domain, at, "recommend");
    made.domain = domain;
    made.domain_uuid = uuid_of(domain);
    made.kind = "migrate";
    made.step = "migrate to " + target;
    made.target = target;
    made.target_uuid = uuid_of(target);
    made.seconds = 60;
    return made;
  }
  SeenAction& acts(const std::string& domain, WallTime at, model::Step step, ActionState state = ActionState::kDone) {
    SeenAction made;
    made.action.id = "a" + std::to_string(evidence_.actions.size());
    made.action.domain_uuid = uuid_of(domain);
    made.action.domain_name = domain;
    made.action.node_uuid = uuid_of("h1");
    made.action.node_name = "h1";
    made.action.rule = "Hot";
    made.action.planned_at = at;
    made.action.step = std::move(step);
    made.state = state;
    made.at = at + minutes(1);
    evidence_.actions.push_back(made);
    return evidence_.actions.back();
  }
  static model::Step move_to(const std::string& node) { return model::MigrateTo{uuid_of(node), node, "", {}, false}; }

  RuleReport report(const std::string& rule = "Hot") {
    const Report made = make_report(evidence_, "");
    for (const RuleReport& one : made.rules)
      if (one.rule == rule) return one;
    ADD_FAILURE() << "no rule " << rule;
    return {};
  }
  std::size_t recommended_for(Reason reason) { return report().recommended.of(reason); }
  std::size_t done_with(Reason reason) { return report().done.of(reason); }

  Evidence evidence_;
  const WallTime at_ = kNow - hours(24);
};

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
  EXPECT_THAT(reasons(), HasSubstr("2 of 21 were wrong (10 %): 5 % may be."));
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
  EXPECT_THAT(reasons(), HasSubstr("1 guest lacked memory after a shrink: none may."));
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
