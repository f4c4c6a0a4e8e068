// What operators order for a domain, in whole rounds: it goes the way of every action, once.
#include <gmock/gmock.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Arguments = std::map<std::string, std::string>;
using record::AnswerKind;
using record::Verdict;

class LoopDomainOrder : public LoopStage {
 protected:
  LoopDomainOrder() {
    options_.mode = rules::Mode::kRecommend;
    loop_ = make_loop("hotspotd@one:1", lease_);
    for (int i = 0; i < 3; ++i) second(0.2);
  }

  Verdict order(const std::string& verb, Arguments more) {
    more.insert({{"domain", "a"}, {"owner", "ada"}, {"reason", "new fans"}});
    return said_to(give("domain_" + verb, std::move(more)));
  }
  nlohmann::json decision() const { return nlohmann::json::parse(store_.decisions.back()); }
  void expect_refused(const Verdict& verdict, const std::string& why) {
    EXPECT_EQ(verdict.kind, AnswerKind::kRefused) << verdict.message;
    EXPECT_THAT(verdict.message, HasSubstr(why));
    EXPECT_THAT(journal(), IsEmpty());
  }

  fakes::FakeLease other_lease_{store_, clock_, "hotspotd@two:2"};
};

TEST_F(LoopDomainOrder, InModeRecommendItBeginsAndGoesTheWayOfEveryAction) {
  const Verdict verdict = order("scale", {{"vcpus", "2"}});
  ASSERT_EQ(verdict.kind, AnswerKind::kDone) << verdict.message;
  EXPECT_THAT(verdict.message, HasSubstr("begun: vCPUs 1 → 2 for a on h1; action "));
  EXPECT_THAT(verdict.details, Contains("undo: hotspotctl domain scale a --vcpus 1"));
  ASSERT_TRUE(verdict.ordered);
  EXPECT_EQ(verdict.ordered->step, "vCPUs 1 → 2");
  EXPECT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.2, 2);
  EXPECT_THAT(journal(), Contains("done vCPUs 1 → 2"));
  EXPECT_EQ(store_.entries.front().action.id, verdict.ordered->action);
  EXPECT_EQ(store_.entries.front().action.approved_by, "ada");
  EXPECT_EQ(store_.entries.front().action.rule, "");
  EXPECT_THAT(std::string(decision().at("sentence")), HasSubstr("ordered by ada (new fans): vCPUs 1 → 2 for a"));
  EXPECT_EQ(decision().at("action").at("approved_by"), "ada");
  const Verdict again = order("scale", {{"vcpus", "2"}});
  EXPECT_EQ(again.kind, AnswerKind::kSkipped);
  EXPECT_THAT(again.message, HasSubstr("a has 2 vCPUs already: there is nothing to do"));
}

TEST_F(LoopDomainOrder, ADryRunSaysWhereItWouldGoAndTouchesNothing) {
  const std::size_t decisions = store_.decisions.size();
  const Verdict verdict = order("migrate", {{"dry_run", "true"}});
  ASSERT_EQ(verdict.kind, AnswerKind::kDone) << verdict.message;
  EXPECT_THAT(verdict.message, HasSubstr("would do: migrate to h2 for a on h1; predicted: "));
  EXPECT_EQ(verdict.ordered->target, "h2");
  EXPECT_EQ(verdict.ordered->action, "");
  EXPECT_TRUE(verdict.ordered->seconds.has_value());
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(store_.decisions.size(), decisions);
}

TEST_F(LoopDomainOrder, WhatCannotBeRightIsRefusedWithASentence) {
  expect_refused(order("migrate", {{"node", "h9"}}), "no node 'h9' is in the snapshots");
  expect_refused(said_to(give("domain_migrate", {{"domain", "web9"}})), "no domain 'web9' is in the snapshots");
  expect_refused(order("scale", {{"vcpus", "9"}}), "a may have at most 4 vCPUs");
  expect_refused(order("scale", {{"vcpus", "0"}}), "the argument 'vcpus' is 0");
  expect_refused(order("scale", {}), "it needs one of the arguments 'vcpus' and 'memory_bytes'");
  expect_refused(order("cap", {{"percent", "-1"}}), "'-1' is not a cap");
  expect_refused(order("cap", {}), "it needs the argument 'percent'");
  EXPECT_EQ(order("migrate", {{"node", "h1"}}).kind, AnswerKind::kSkipped);
  EXPECT_THAT(journal(), IsEmpty());
}

TEST_F(LoopDomainOrder, ANameOfTwoDomainsAndANodeThatIsNotAdmittedAreSaid) {
  telemetry::DomainSample twin = domain("b");
  twin.name = "a";
  clock_.advance(kSecond);
  ++sequence_;
  std::vector<ports::Arrival> arrivals;
  arrivals.push_back({node("h1").at(clock_.now(), sequence_).with(domain("a").vcpus(1, 4)), clock_.now()});
  arrivals.push_back({node("h2").at(clock_.now(), sequence_).with(twin), clock_.now()});
  arrivals.push_back({node("h3").at(clock_.now(), sequence_), clock_.now()});
  admitting_.deliver(*loop_, clock_.now());
  loop_->take(std::move(arrivals));
  loop_->tick();
  const Verdict verdict = order("scale", {{"vcpus", "2"}});
  expect_refused(verdict, "several domains are named 'a'; give the UUID of one:");
  EXPECT_THAT(verdict.message, HasSubstr(uuid_of("b") + " on h2"));
  expect_refused(said_to(give("domain_migrate", {{"domain", uuid_of("a")}, {"node", "h3"}})),
                 "h3 sends and is not admitted: hotspotctl node admit h3");
}

TEST_F(LoopDomainOrder, AHoldAndTheModeObserveAreHeeded) {
  hold("domain", "a");
  expect_refused(order("scale", {{"vcpus", "2"}}), "held by ada");
  said_to(give("hold_remove", {{"id", "1"}, {"owner", "ada"}}));
  said_to(give("mode", {{"mode", "observe"}}));
  expect_refused(order("scale", {{"vcpus", "2"}}), "the mode of the cluster is observe");
}

TEST_F(LoopDomainOrder, OfTwoAtOnceTheSecondIsRefused) {
  const std::string one = give("domain_scale", {{"domain", "a"}, {"vcpus", "2"}, {"owner", "ada"}});
  const std::string two = give("domain_scale", {{"domain", "a"}, {"vcpus", "3"}, {"owner", "bob"}});
  EXPECT_EQ(said_to(one).kind, AnswerKind::kDone);
  const Verdict other = store_.answers.at(two).verdict;
  EXPECT_EQ(other.kind, AnswerKind::kRefused);
  EXPECT_THAT(other.message, HasSubstr("'vCPUs 1 → 2' is under way for it"));
}

// The leader died after the intent, and before it answered: the command comes again.
TEST_F(LoopDomainOrder, TheNextLeaderDoesNotBeginASecondTimeWhatWasOrdered) {
  const auto before = store_.state;
  const Arguments asked{{"domain", "a"}, {"vcpus", "2"}, {"owner", "ada"}};
  const std::string id = give("domain_scale", asked);
  const auto at = clock_.now();
  ASSERT_EQ(said_to(id).kind, AnswerKind::kDone);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  store_.state = before;
  store_.answers.clear();
  loop_.reset();
  loop_ = make_loop("hotspotd@two:2", other_lease_);
  clock_.advance(options_.lease + kSecond);
  for (int i = 0; i < 3; ++i) second(0.2, 1);  // as if somebody had taken the vCPU again
  loop_->take(ports::Command{id, "domain_scale", asked, at});
  const Verdict verdict = said_to(id);
  EXPECT_EQ(verdict.kind, AnswerKind::kDone) << verdict.message;
  EXPECT_THAT(verdict.message, HasSubstr("begun before another hotspotd took the lead; action " + id));
  EXPECT_EQ(std::ranges::count(journal(), std::string("intent vCPUs 1 → 2")), 1);
}

}  // namespace
}  // namespace hotspot::loop
