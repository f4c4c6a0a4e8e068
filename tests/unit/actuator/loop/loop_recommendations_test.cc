// Recommendations that wait for an operator: what he may do with them, and what must not come of it.
#include <gmock/gmock.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using std::chrono::hours;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Arguments = std::map<std::string, std::string>;
using record::AnswerKind;
using record::Verdict;

class LoopRecommendations : public LoopStage {
 protected:
  LoopRecommendations() { start_in(rules::Mode::kRecommend); }

  void start_in(rules::Mode mode) {
    options_.mode = mode;
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  // Another daemon leads, and sees the domain as hot as before.
  void takes_over() {
    loop_.reset();
    loop_ = make_loop("hotspotd@two:2", other_lease_);
  }

  // The ids of what is recommended, as it was recorded.
  std::vector<std::string> recorded(const std::string& outcome = "recommend") const {
    std::vector<std::string> ids;
    for (const std::string& text : store_.decisions)
      if (const auto one = nlohmann::json::parse(text); one.at("outcome") == outcome) ids.push_back(one.at("id"));
    return ids;
  }
  std::string sentence_of(const std::string& outcome) const {
    std::string sentence;
    for (const std::string& text : store_.decisions)
      if (const auto one = nlohmann::json::parse(text); one.at("outcome") == outcome) sentence = one.at("sentence");
    return sentence;
  }

  std::string recommended() {
    for (int i = 0; i < 4; ++i) second(0.95);
    EXPECT_THAT(recorded(), SizeIs(1));
    return recorded().empty() ? "" : recorded().back();
  }

  Verdict apply(const std::string& decision, Arguments more = {}) {
    more.insert({{"decision", decision}, {"owner", "ada"}});
    return said_to(give("plan_apply", std::move(more)));
  }
  Verdict refuse(const std::string& decision) {
    return said_to(give("plan_refuse", {{"decision", decision}, {"owner", "bob"}, {"reason", "a backup runs"}}));
  }

  nlohmann::json waiting() { return status().at("recommendations"); }
  void expect_skipped(const Verdict& verdict, const std::string& why) {
    EXPECT_EQ(verdict.kind, AnswerKind::kSkipped) << verdict.message;
    EXPECT_THAT(verdict.message, HasSubstr(why));
    EXPECT_THAT(journal(), IsEmpty());
  }

  fakes::FakeLease other_lease_{store_, clock_, "hotspotd@two:2"};
};

TEST_F(LoopRecommendations, ItStandsUntilItIsAppliedAndThenGoesTheWayOfEveryAction) {
  const std::string decision = recommended();
  for (int i = 0; i < 20; ++i) second(0.95);
  EXPECT_THAT(recorded(), ElementsAre(decision)) << "repeats are not recorded again";
  EXPECT_EQ(waiting().at("standing"), 1);
  EXPECT_THAT(journal(), IsEmpty());
  const Verdict verdict = apply(decision);
  EXPECT_EQ(verdict.kind, AnswerKind::kDone);
  EXPECT_THAT(verdict.message, HasSubstr("begun: vCPUs 1 → 2 for a, action "));
  EXPECT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.3, 2);
  EXPECT_THAT(journal(), Contains("done vCPUs 1 → 2"));
  EXPECT_EQ(store_.entries.front().action.approved_by, "ada");
  EXPECT_EQ(waiting().at("standing"), 0);
  EXPECT_THAT(sentence_of("act"), HasSubstr("approved by ada: vCPUs 1 → 2 for a"));
  EXPECT_EQ(status().at("mode"), "recommend");
}

TEST_F(LoopRecommendations, AppliedTwiceOrByTwoAtOnceItIsDoneOnce) {
  const std::string decision = recommended();
  const std::string first = give("plan_apply", {{"decision", decision}, {"owner", "ada"}});
  const std::string second_one = give("plan_apply", {{"decision", decision}, {"owner", "bob"}});
  EXPECT_EQ(said_to(first).kind, AnswerKind::kDone);
  const Verdict other = store_.answers.at(second_one).verdict;
  EXPECT_EQ(other.kind, AnswerKind::kSkipped);
  EXPECT_THAT(other.message, HasSubstr("ada had it carried out, as action "));
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.3, 2);
  EXPECT_EQ(apply(decision).kind, AnswerKind::kSkipped);
  EXPECT_EQ(std::ranges::count(journal(), std::string("intent vCPUs 1 → 2")), 1);
  EXPECT_THAT(recorded("act"), SizeIs(1));
}

TEST_F(LoopRecommendations, WhoTakesOverKnowsWhatWaitsAndDoesNotRecommendItAgain) {
  const std::string decision = recommended();
  takes_over();
  for (int i = 0; i < 6; ++i) second(0.95);
  clock_.advance(options_.lease);
  for (int i = 0; i < 6; ++i) second(0.95);
  EXPECT_THAT(recorded(), ElementsAre(decision));
  EXPECT_EQ(apply(decision).kind, AnswerKind::kDone);
}

// The leader died after the intent, and before it answered: the command comes again.
TEST_F(LoopRecommendations, TheNextLeaderDoesNotBeginASecondTimeWhatWasAsked) {
  const std::string decision = recommended();
  const auto before = store_.state;
  const std::string id = give("plan_apply", {{"decision", decision}, {"owner", "ada"}});
  const auto asked = clock_.now();
  ASSERT_EQ(said_to(id).kind, AnswerKind::kDone);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  const std::string applied = store_.state.at("recommendations");
  store_.state = before;
  store_.state["recommendations"] = applied;  // all that was written before it died
  store_.answers.clear();
  takes_over();
  clock_.advance(options_.lease + kSecond);
  for (int i = 0; i < 3; ++i) second(0.95, 2);
  loop_->take(ports::Command{id, "plan_apply", {{"decision", decision}, {"owner", "ada"}}, asked});
  EXPECT_THAT(said_to(id).message, HasSubstr("ada had it carried out"));
  EXPECT_THAT(recorded("act"), SizeIs(1));
}

TEST_F(LoopRecommendations, WhatIsAppliedIsWhatWasSeenOrNothing) {
  const std::string decision = recommended();
  const Verdict forged = apply(decision, {{"domain_uuid", uuid_of("a")}, {"step", "migrate to h2"}});
  EXPECT_EQ(forged.kind, AnswerKind::kRefused);
  EXPECT_THAT(forged.message, AllOf(HasSubstr("is 'vCPUs 1 → 2' for a"), HasSubstr("not what you name")));
  EXPECT_EQ(apply(decision, {{"domain_uuid", uuid_of("b")}}).kind, AnswerKind::kRefused);
  expect_skipped(apply("1-1-0"), "no recommendation '1-1-0' stands");
  EXPECT_EQ(apply(decision, {{"domain_uuid", uuid_of("a")}, {"step", "vCPUs 1 → 2"}}).kind, AnswerKind::kDone);
}

TEST_F(LoopRecommendations, AHoldThatWasSetMeanwhileIsHeeded) {
  const std::string decision = recommended();
  give("hold_add", {{"on", "domain"}, {"name", "a"}, {"owner", "bob"}, {"reason", "backup"}});
  const std::string id = give("plan_apply", {{"decision", decision}, {"owner", "ada"}});
  expect_skipped(said_to(id), "held by bob");
}

TEST_F(LoopRecommendations, APauseThatCameMeanwhileIsHeeded) {
  const std::string decision = recommended();
  give("pause", {{"owner", "bob"}, {"reason", "storage"}});
  expect_skipped(said_to(give("plan_apply", {{"decision", decision}, {"owner", "ada"}})), "paused by bob");
}

TEST_F(LoopRecommendations, ANodeThatIsDrainedMeanwhileIsHeeded) {
  const std::string decision = recommended();
  ASSERT_EQ(said_to(give("drain", {{"node", "h1"}, {"owner", "bob"}})).kind, AnswerKind::kDone);
  EXPECT_EQ(apply(decision).kind, AnswerKind::kSkipped);
  EXPECT_THAT(journal(), IsEmpty());
}

TEST_F(LoopRecommendations, InModeObserveNothingIsApplied) {
  const std::string decision = recommended();
  give("mode", {{"mode", "observe"}});
  expect_skipped(said_to(give("plan_apply", {{"decision", decision}, {"owner", "ada"}})), "the mode is observe");
}

TEST_F(LoopRecommendations, LimitsHoldForItToo) {
  options_.limits.actions_per_cluster = 0;
  start_in(rules::Mode::kRecommend);
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(recorded(), IsEmpty()) << "what could not begin is not recommended";
}

TEST_F(LoopRecommendations, ADomainThatMovedIsLeftAlone) {
  const std::string decision = recommended();
  clock_.advance(kSecond);
  ++sequence_;
  std::vector<ports::Arrival> arrivals;
  arrivals.push_back({node("h1").at(clock_.now(), sequence_), clock_.now()});
  arrivals.push_back({node("h2").at(clock_.now(), sequence_).with(domain("a").cpu(0.95).vcpus(1, 4)), clock_.now()});
  loop_->take(std::move(arrivals));
  const Verdict verdict = apply(decision);
  EXPECT_EQ(verdict.kind, AnswerKind::kSkipped) << verdict.message;
  EXPECT_THAT(journal(), IsEmpty());
}

TEST_F(LoopRecommendations, WhatOthersDidMeanwhileIsNotDoneOnTopOfIt) {
  const std::string decision = recommended();
  second(0.95, 2);
  const Verdict verdict = apply(decision);
  EXPECT_EQ(verdict.kind, AnswerKind::kSkipped) << verdict.message;
  EXPECT_THAT(journal(), IsEmpty());
}

TEST_F(LoopRecommendations, WhatNoLongerFiresIsOver) {
  const std::string decision = recommended();
  for (int i = 0; i < 5; ++i) second(0.2);
  EXPECT_EQ(waiting().at("standing"), 0);
  expect_skipped(apply(decision), "DomainCpuHot no longer fires on domain a on h1");
}

TEST_F(LoopRecommendations, ItExpiresAndIsRecommendedAnewUnderAnotherId) {
  options_.recommendations.expire = Milliseconds(30'000);
  start_in(rules::Mode::kRecommend);
  const std::string decision = recommended();
  for (int i = 0; i < 35; ++i) second(0.95);
  expect_skipped(apply(decision), "it expired");
  ASSERT_THAT(recorded(), SizeIs(2));
  EXPECT_EQ(apply(recorded().back()).kind, AnswerKind::kDone);
}

TEST_F(LoopRecommendations, ADryRunTouchesNothing) {
  options_.dry_run = true;
  start_in(rules::Mode::kRecommend);
  const Verdict verdict = apply(recommended());
  EXPECT_EQ(verdict.kind, AnswerKind::kDone);
  EXPECT_THAT(verdict.details, ElementsAre("this is a dry run: nothing is touched"));
}

TEST_F(LoopRecommendations, OneThatIsRefusedDoesNotComeAgainForSomeTimeAndTheNextRemedyDoes) {
  const std::string decision = recommended();
  const Verdict verdict = refuse(decision);
  EXPECT_EQ(verdict.kind, AnswerKind::kDone);
  EXPECT_EQ(verdict.message, "refused: 'vCPUs 1 → 2' for a; DomainCpuHot does not recommend it again for 24 h");
  EXPECT_EQ(sentence_of("recommendation_refused"),
            "bob refused 'vCPUs 1 → 2' for a (a backup runs): DomainCpuHot does not recommend it again for 24 h");
  second(0.95);
  EXPECT_THAT(store_.decisions.back(), HasSubstr("bob refused 'vCPUs 1 → 2' for a (a backup runs)"));
  expect_skipped(apply(decision), "bob refused it (a backup runs)");
  const std::size_t said = store_.decisions.size();
  takes_over();
  clock_.advance(options_.lease + kSecond);
  for (int i = 0; i < 5; ++i) second(0.95);
  EXPECT_EQ(waiting().at("refused"), 1) << "the next leader knows it";
  for (std::size_t i = said; i < store_.decisions.size(); ++i)
    EXPECT_THAT(store_.decisions[i], ::testing::Not(HasSubstr("would do: vCPUs 1 → 2")));
  clock_.advance(hours(24));
  for (int i = 0; i < 5; ++i) second(0.95);
  EXPECT_THAT(sentence_of("recommend"), HasSubstr("would do: vCPUs 1 → 2 for a"));
}

TEST_F(LoopRecommendations, ThatItWasAppliedIsWrittenBeforeAnythingBegins) {
  const std::string decision = recommended();
  const std::string id = give("plan_apply", {{"decision", decision}, {"owner", "ada"}});
  store_.reachable = false;
  loop_->tick();
  store_.reachable = true;
  EXPECT_THAT(journal(), IsEmpty());
  const Verdict first = said_to(id);
  EXPECT_EQ(first.kind, AnswerKind::kRefused);
  EXPECT_THAT(first.message, HasSubstr("could not be written, and nothing is begun"));
  EXPECT_EQ(apply(decision).kind, AnswerKind::kDone) << "it still waited: nobody had it carried out";
}

TEST_F(LoopRecommendations, AStateThatCannotBeReadRecommendsAnew) {
  const std::string decision = recommended();
  store_.state["recommendations"] = "[1, 2]";
  takes_over();
  clock_.advance(options_.lease + kSecond);
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(said("cannot restore recommendations"), SizeIs(1));
  EXPECT_THAT(recorded(), SizeIs(2));
}

TEST_F(LoopRecommendations, InModeEnforceNothingWaits) {
  start_in(rules::Mode::kEnforce);
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_EQ(waiting().at("standing"), 0);
  EXPECT_EQ(store_.entries.front().action.approved_by, "");
}

}  // namespace
}  // namespace hotspot::loop
