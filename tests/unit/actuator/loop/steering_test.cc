// Holds, the pause and changes of others in whole rounds of the daemon, over restarts and takeovers.
#include "actuator/loop/steering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/loop/steering_state.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class SteeringTest : public LoopStage {
 protected:
  void hold(const std::string& on, const std::string& name, std::map<std::string, std::string> more = {}) {
    more.insert({{"on", on}, {"name", name}, {"owner", "ada"}, {"reason", "backup"}});
    give("hold_add", std::move(more));
  }
  std::string answer() const {
    return nlohmann::json::parse(store_.state.at("command_result")).at("message").get<std::string>();
  }
  std::vector<std::string> sentences() const {
    std::vector<std::string> all;
    for (const std::string& json : store_.decisions)
      all.push_back(nlohmann::json::parse(json).at("sentence").get<std::string>());
    return all;
  }
  // Gives the lease up without a word, as by kill -9; another takes over.
  void die_and_take_over() {
    loop_.reset();
    clock_.advance(20 * kSecond);
    next_ = std::make_unique<fakes::FakeLease>(store_, clock_, "hotspotd@two:2");
    loop_ = make_loop("hotspotd@two:2", *next_);
  }
  std::unique_ptr<fakes::FakeLease> next_;
};

TEST_F(SteeringTest, PlansNothingForWhatIsHeldAndSaysByWhomAndUntilWhen) {
  for (const auto& [on, name] : {std::pair{"domain", "a"}, {"node", "h1"}, {"rule", "DomainCpuHot"}, {"cluster", ""}}) {
    store_ = {};
    loop_ = make_loop("hotspotd@one:1", lease_);
    second(0.2);
    hold(on, name, {{"for_ms", "7200000"}});
    for (int i = 0; i < 4; ++i) second(0.95);
    EXPECT_THAT(answer(), HasSubstr("held by ada until 10:00 UTC: backup (hold 1)"));
    EXPECT_THAT(journal(), IsEmpty()) << on;
    EXPECT_THAT(sentences(), Contains(HasSubstr("nothing is done, because"))) << on;
    EXPECT_THAT(sentences(), Contains(HasSubstr("held by ada until 10:00 UTC: backup (hotspotctl hold remove 1")))
        << on;
  }
}

TEST_F(SteeringTest, ActsAgainWhenAHoldIsOverAndTellsIt) {
  second(0.2);
  hold("domain", "a", {{"for_ms", "5000"}});
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  second(0.95);
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
  EXPECT_THAT(sentences(), Contains(HasSubstr("its time is over")));
}

TEST_F(SteeringTest, KeepsHoldsOverARestartAndATakeover) {
  second(0.2);
  hold("domain", "a");
  second(0.95);
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  die_and_take_over();
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  give("hold_remove", {{"id", "1"}, {"owner", "bob"}});
  second(0.95);
  EXPECT_THAT(answer(), HasSubstr("lifted by bob"));
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
}

TEST_F(SteeringTest, RefusesAHoldThatWouldHoldNothing) {
  second(0.2);
  const auto refused = [&](const std::string& on, const std::string& name, std::map<std::string, std::string> more) {
    hold(on, name, std::move(more));
    second(0.2);
    return answer();
  };
  EXPECT_THAT(refused("domain", "b", {}), HasSubstr("refused: no domain 'b' is in the snapshots"));
  EXPECT_THAT(refused("node", "h3", {}), HasSubstr("refused: no node 'h3'"));
  EXPECT_THAT(refused("rule", "DomainCpuHto", {}), HasSubstr("refused: no rule 'DomainCpuHto'"));
  EXPECT_THAT(refused("rack", "r1", {}), HasSubstr("refused: 'rack' cannot be held"));
  EXPECT_THAT(refused("domain", "a", {{"until_ms", "5"}}), HasSubstr("refused: its end is in the past"));
  EXPECT_THAT(refused("domain", "a", {{"for_ms", "soon"}}), HasSubstr("refused: 'soon' is not a time"));
  EXPECT_TRUE(holds_from_json(store_.state.at("holds"))->holds.empty());
}

TEST_F(SteeringTest, LetsWhatIsUnderWayGoOnOrCancelsItAsAsked) {
  hypervisor_.hold_migrations();
  second(0.95, 1, 0.7);
  second(0.95, 1, 0.7);
  ASSERT_TRUE(journal_reaches("started migrate to h2"));
  hold("domain", "a");
  second(0.95, 1, 0.7);
  EXPECT_THAT(answer(), HasSubstr("actions under way that go on: 1"));
  hold("domain", "a", {{"cancel", "true"}});
  second(0.95, 1, 0.7);
  EXPECT_THAT(answer(), HasSubstr("actions that are cancelled: 1"));
  EXPECT_TRUE(journal_reaches("aborted migrate to h2"));
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ::testing::ElementsAre(uuid_of("h1")));
}

TEST_F(SteeringTest, SaysThatAnActionGoesOnWhichCannotBeCancelledAnyMore) {
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  hold("domain", "a", {{"cancel", "true"}});
  second(0.95);
  EXPECT_THAT(answer(), HasSubstr("actions under way that go on: 1"));
  EXPECT_THAT(answer(), Not(HasSubstr("cancelled")));
}

TEST_F(SteeringTest, PausesAllOfItOverARestartUntilItIsResumed) {
  second(0.2);
  give("pause", {{"owner", "ada"}, {"reason", "the storage is being moved"}});
  second(0.95);
  EXPECT_EQ(answer(), "the cluster is paused by ada: the storage is being moved");
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(status().at("holds").at(0).at("id"), plan::kPauseId);
  EXPECT_THAT(loop_->status_line(), HasSubstr("PAUSED by ada: the storage is being moved"));
  give("resume", {{"owner", "ada"}});
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
}

TEST_F(SteeringTest, PutsNoPauseInThePlaceOfSomebodyElsesUnlessThatIsAskedFor) {
  const auto pause = [&](const char* owner, std::map<std::string, std::string> more) {
    more.insert({{"owner", owner}, {"reason", std::string("of ") + owner}});
    give("pause", std::move(more));
    second(0.2);
    return answer();
  };
  second(0.2);
  pause("ada", {{"for_ms", "7200000"}});
  EXPECT_EQ(
      pause("bob", {{"for_ms", "60000"}}),
      "refused: the cluster is paused by ada until 10:00 UTC: of ada; end that with hotspotctl mode resume first, "
      "or say --yes to put yours in its place");
  EXPECT_THAT(loop_->status_line(), HasSubstr("PAUSED by ada"));
  EXPECT_THAT(pause("ada", {{"for_ms", "60000"}}), HasSubstr("paused by ada until 08:01 UTC")) << "her own";
  EXPECT_THAT(pause("bob", {{"yes", "true"}}), HasSubstr("the cluster is paused by bob: of bob"));
}

TEST_F(SteeringTest, PutsNoPauseInThePlaceOfItsOwnForHoldsThatItCouldNotRead) {
  store_.state["holds"] = "{";
  second(0.2);
  give("pause", {{"owner", "ada"}, {"reason", "lunch"}, {"for_ms", "60000"}});
  second(0.2);
  EXPECT_THAT(answer(), HasSubstr("refused: the cluster is paused by hotspotd: the holds of before cannot be read"));
}

TEST_F(SteeringTest, PausesWhenTheHoldsOfBeforeCannotBeRead) {
  store_.state["holds"] = "{\"last_number\": 1, \"holds\": [{\"id\": 17}]}";
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_THAT(journal(), IsEmpty()) << "something may be held that we cannot read";
  EXPECT_THAT(sentences(), Contains(HasSubstr("the holds of before cannot be read")));
}

TEST_F(SteeringTest, Law4_RespectsAChangeOfSomebodyElseAndDoesNotUndoIt) {
  second(0.95, 2);
  second(0.2, 1);  // virsh setvcpus a 1
  for (int i = 0; i < 20; ++i) second(0.95, 1);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_THAT(sentences(), Contains("a: vCPUs 2 → 1 by somebody else; it rests until 08:30 UTC"));
  EXPECT_THAT(sentences(), Contains(HasSubstr("a rests until 08:30 UTC: somebody else changed it (vCPUs 2 → 1)")));
  clock_.advance(std::chrono::minutes(30));
  second(0.95, 1);
  second(0.95, 1);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
}

TEST_F(SteeringTest, KeepsTheRestOverATakeover) {
  second(0.95, 2);
  second(0.2, 1);
  die_and_take_over();
  for (int i = 0; i < 10; ++i) second(0.95, 1);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(status().at("foreign_rests").at(uuid_of("a")).at("what"), "vCPUs 2 → 1");
}

TEST_F(SteeringTest, SaysThatTheRestsOfBeforeCannotBeRead) {
  store_.state["foreign"] = "{";
  second(0.2);
  EXPECT_THAT(log_, Contains(HasSubstr("cannot restore rests after changes by others")));
}

TEST_F(SteeringTest, DoesNotJudgeOnceMoreWhatHistoryShowsAfterARestart) {
  second(0.2, 2);
  second(0.2, 1);
  second(0.2, 1);
  const auto rest = status().at("foreign_rests").at(uuid_of("a"));
  loop_->stop();
  clock_.advance(30 * kSecond);
  loop_ = make_loop("hotspotd@one:1", lease_);
  loop_->tick();
  ASSERT_THAT(loop_->status_line(), HasSubstr("leads"));
  std::vector<ports::Arrival> history;
  for (int i = 0; i < 2; ++i) {
    const WallTime at = clock_.now() - (33 - i) * kSecond;
    history.push_back({node("h1").at(at, ++sequence_).with(domain("a").vcpus(2 - i, 4)), at});
  }
  loop_->take(std::move(history));
  second(0.2, 1);
  second(0.2, 1);
  EXPECT_EQ(status().at("foreign_rests").at(uuid_of("a")), rest);
  second(0.2, 3);
  second(0.2, 3);
  EXPECT_THAT(sentences(), Contains(HasSubstr("vCPUs 1 → 3 by somebody else"))) << "what is new is judged";
}

TEST_F(SteeringTest, DoesNotTakeItsOwnActionForSomebodyElsesNorThatOfTheLeaderBefore) {
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  // The next one stood by and saw both snapshots.
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  auto standby = make_loop("hotspotd@two:2", other);
  std::swap(loop_, standby);
  send(0.95, 1);
  loop_->tick();
  send(0.5, 2);
  loop_->tick();
  standby.reset();
  clock_.advance(20 * kSecond);
  EXPECT_TRUE(wait_for([&] {
    second(0.5, 2);
    return journal().back() == "done vCPUs 1 → 2";
  }));
  EXPECT_THAT(sentences(), Not(Contains(HasSubstr("somebody else"))));
}

TEST_F(SteeringTest, SeesAsAStandbyWhatSomebodyElseDidAndRespectsItOnceItLeads) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  ASSERT_TRUE(other.acquire_or_renew()->held);
  second(0.2, 2);
  second(0.2, 1);
  for (int i = 0; i < 12; ++i) second(0.95, 1);
  EXPECT_THAT(loop_->status_line(), HasSubstr("leads"));
  second(0.95, 1);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_THAT(sentences(), Contains(HasSubstr("vCPUs 2 → 1 by somebody else")));
}

TEST_F(SteeringTest, AnActionThatLosesAgainstSomebodyElseSaysSo) {
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.95, 4);
  ASSERT_TRUE(journal_reaches("failed vCPUs 1 → 2"));
  EXPECT_EQ(store_.entries.back().message, "a has 4 vCPUs: somebody else changed it meanwhile, and so it stays");
  EXPECT_THAT(sentences(), Contains(HasSubstr("a: vCPUs 1 → 4 by somebody else")));
}

TEST_F(SteeringTest, TellsACapThatSomebodyElseSet) {
  second(0.2);
  loop_->take(ports::DomainEvent{ports::DomainEventKind::kTuned, uuid_of("h1"), uuid_of("a"), clock_.now()});
  second(0.2);
  EXPECT_THAT(sentences(), Contains(HasSubstr("a: CPU cap or shares changed by somebody else")));
}

}  // namespace
}  // namespace hotspot::loop
