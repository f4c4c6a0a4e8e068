// A Redis that has lost what was written to it: by a failover, a start without its data, or FLUSHALL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class LoopLost : public LoopStage {};

// Calls back when an action is done: after its last entry was written, and before the state is.
class OnDone : public ports::EventWriter {
 public:
  void write(ports::Event event) override {
    if (event.kind == "done" && call) call();
  }
  ports::EventsStatus status() const override { return {}; }
  std::function<void()> call;
};

TEST_F(LoopLost, AnotherLeadsBetweenTheEndOfAnActionAndTheStateThatFollowsIt) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  OnDone events;
  events_ = &events;
  loop_ = make_loop("hotspotd@one:1", lease_);
  events.call = [&] {
    store_.holder.clear();
    ASSERT_TRUE(other.acquire_or_renew()->held);
  };
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  ASSERT_TRUE(wait_for([&] {
    second(0.6, 2);
    return !said("lead is lost").empty() || store_.holder == "hotspotd@two:2";
  }));
  second(0.6, 2);
  EXPECT_EQ(journal().back(), "done vCPUs 1 → 2");
  EXPECT_THAT(loop_->status_line(), HasSubstr("stands by"));
  loop_.reset();
}

TEST_F(LoopLost, AfterAFailoverThatLostTheNewestWritesJournalAndModeAreWhatTheyWere) {
  second(0.2);
  const auto command = [&](const char* mode) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
    loop_->take(ports::Command{id, "mode", {{"mode", mode}}, clock_.now(), record::Channel::kAdmin});
  };
  command("recommend");
  second(0.2);
  ASSERT_EQ(store_.state.at("mode"), "recommend");
  command("enforce");
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  store_.state["mode"] = "recommend";
  store_.state["last_admin_command"] = "";
  store_.holder.clear();
  store_.lose_entries(2);
  clock_.advance(10 * kSecond);
  EXPECT_TRUE(wait_for([&] {
    second(0.6, 2);
    return journal().back() == "done vCPUs 1 → 2";
  })) << ::testing::PrintToString(journal());
  EXPECT_THAT(journal(), Contains("started vCPUs 1 → 2"));
  EXPECT_TRUE(journal_.open_actions()->empty());
  EXPECT_EQ(store_.state.at("mode"), "enforce");
}

TEST_F(LoopLost, AfterAFailoverThatLostTheNewestWritesANodeIsStillToBeDrained) {
  const auto command = [&](const char* verb) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
    loop_->take(ports::Command{id, verb, {{"node", "h1"}, {"owner", "ada"}, {"reason", "new fans"}}, clock_.now()});
    second(0.2);
  };
  for (const char* verb : {"drain", "undrain"}) {
    const auto before = store_.state;
    second(0.2);
    command(verb);
    const std::string wanted = store_.state[kDrainsField];
    store_.state = before;
    store_.holder.clear();
    clock_.advance(10 * kSecond);
    EXPECT_TRUE(wait_for([&] {
      second(0.2);
      return store_.state[kDrainsField] == wanted;
    })) << verb
        << ": " << store_.state[kDrainsField];
  }
}

TEST_F(LoopLost, RedisEmptiedUnderItCostsNeitherTheLeadNorAnActionNorAHold) {
  second(0.2);
  hold("node", "h2");
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  const std::int64_t token = store_.token;
  store_.start_again_empty();
  EXPECT_TRUE(wait_for([&] {
    second(0.6, 2);
    return !journal().empty() && journal().back() == "done vCPUs 1 → 2";
  })) << ::testing::PrintToString(journal());
  second(0.2, 2);
  second(0.2, 2);
  EXPECT_EQ(store_.token, token) << "the same term";
  EXPECT_THAT(store_.state.at("holds"), HasSubstr("backup"));
  EXPECT_THAT(log_, Not(Contains(HasSubstr("does not lead"))));
}

TEST_F(LoopLost, RedisEmptiedWhileItsConnectionStaysGetsJournalAndHoldsAgain) {
  second(0.2);
  hold("node", "h2");
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.6, 2);
  ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2"));
  const auto known = journal();
  store_.lose_everything();
  EXPECT_TRUE(wait_for([&] {
    second(0.2, 2);
    return journal() == known;
  })) << ::testing::PrintToString(journal());
  second(0.2, 2);
  EXPECT_THAT(store_.state.at("holds"), HasSubstr("backup"));
}

TEST_F(LoopLost, RedisEmptiedJustBeforeItEndsIsLeftWithJournalAndHolds) {
  second(0.2);
  hold("node", "h2");
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  const auto known = journal();
  store_.lose_everything();
  loop_->stop();
  EXPECT_EQ(journal(), known);
  EXPECT_THAT(store_.state["holds"], HasSubstr("backup"));
}

TEST_F(LoopLost, WhoStoodByWritesAnEmptiedRedisAgainWhenItsLeaderIsGoneToo) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  auto standby = make_loop("hotspotd@two:2", other);
  const auto both = [&](double cpu, int vcpus) {
    second(cpu, vcpus);
    standby->take(std::vector<ports::Arrival>{
        {node("h1").at(clock_.now(), sequence_).with(domain("a").cpu(cpu).vcpus(vcpus, 4)), clock_.now()},
        {node("h2").at(clock_.now(), sequence_), clock_.now()}});
    standby->tick();
  };
  both(0.2, 1);
  hold("domain", "a");
  for (int i = 0; i < 7; ++i) both(0.2, 1);
  loop_.reset();  // without a word
  store_.start_again_empty();
  loop_ = std::move(standby);
  EXPECT_TRUE(wait_for([&] {
    second(0.2);
    return store_.state.contains("holds");
  }));
  EXPECT_THAT(store_.state.at("holds"), HasSubstr("backup"));
  EXPECT_THAT(log_, Contains(HasSubstr("Redis has lost holds")));
}

// A version of before had led for a while: it wrote its own form, and left the other one.
TEST_F(LoopLost, RuleStateOfTheFormBeforeIsRemovedEvenBesideTheNewOne) {
  store_.state["rule_state"] = "of before";
  store_.state["rule_state:00"] = "of an earlier leader";
  second(0.2);
  ASSERT_TRUE(store_.state.contains("status"));
  EXPECT_FALSE(store_.state.contains("rule_state"));
}

}  // namespace
}  // namespace hotspot::loop
