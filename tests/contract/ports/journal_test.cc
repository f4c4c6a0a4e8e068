// What every Journal promises.
#include <gtest/gtest.h>

#include <set>

#include "tests/contract/ports/store_body.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

using model::ActionState;
using ports::JournalEntry;
using ports::WriteFault;

constexpr Milliseconds kLong{60'000};
constexpr Milliseconds kShort{150};

JournalEntry entry(const std::string& action_id, ActionState state, std::int64_t token) {
  JournalEntry made;
  made.action.id = action_id;
  made.action.domain_uuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  made.action.domain_name = "vm-cpu";
  made.action.node_uuid = "11111111-2222-3333-4444-555555555555";
  made.action.node_name = "h1";
  made.action.node_uri = "qemu+tcp://10.77.0.11/system";
  made.action.step = model::MigrateTo{"uuid-of-h2", "h2", "qemu+tcp://10.77.0.12/system"};
  made.action.rule = "node-cpu-hot";
  made.action.decision_id = "d-1";
  made.action.reason = "CPU of h1 is 97 % > 90 % for 30 s";
  made.action.planned_at = from_unix_ms(1'700'000'000'123);
  made.action.first_sample_at = from_unix_ms(1'699'999'970'000);
  made.action.cooldown = Milliseconds(300'000);
  made.state = state;
  made.at = from_unix_ms(1'700'000'000'456);
  made.token = token;
  made.message = "as \"planned\"\n\xC3\xBC";
  made.figures = {{"downtime_ms", 61.5}, {"memory_processed_bytes", 134'217'728.0}};
  return made;
}

void expect_same(const JournalEntry& read, const JournalEntry& written) {
  EXPECT_EQ(read.action, written.action);
  EXPECT_EQ(read.state, written.state);
  EXPECT_EQ(read.at, written.at);
  EXPECT_EQ(read.token, written.token);
  EXPECT_EQ(read.message, written.message);
  EXPECT_EQ(read.figures, written.figures);
  EXPECT_FALSE(read.stream_id.empty());
}

class JournalContract : public ::testing::TestWithParam<StoreMaker> {
 protected:
  void SetUp() override {
    lease_ = store_->lease("a", kLong);
    journal_ = store_->journal();
  }
  std::int64_t lead() { return lease_->acquire_or_renew()->token; }
  // Another takes over: our token is of yesterday.
  std::int64_t be_overtaken() {
    lease_->release();
    other_ = store_->lease("b", kLong);
    return other_->acquire_or_renew()->token;
  }
  std::set<std::string> open_ids() {
    std::set<std::string> ids;
    const auto actions = journal_->open_actions();
    for (const JournalEntry& open : *actions) ids.insert(open.action.id);
    return ids;
  }

  std::unique_ptr<StoreBody> store_ = GetParam().make();
  std::unique_ptr<ports::Lease> lease_, other_;
  std::unique_ptr<ports::Journal> journal_;
};
INSTANTIATE_TEST_SUITE_P(Bodies, JournalContract, ::testing::ValuesIn(kStores),
                         [](const auto& body) { return body.param.name; });

TEST_P(JournalContract, IsEmptyAtFirst) {
  EXPECT_TRUE(journal_->newest(10)->empty());
  EXPECT_TRUE(journal_->open_actions()->empty());
  EXPECT_TRUE(journal_->load_state()->empty());
}

TEST_P(JournalContract, GivesBackWhatWasWrittenOldestFirst) {
  const auto token = lead();
  const JournalEntry intent = entry("a1", ActionState::kIntent, token);
  JournalEntry vcpus = entry("a2", ActionState::kStarted, token);
  vcpus.action.step = model::SetVcpus{1, 2};
  JournalEntry balloon = entry("a3", ActionState::kFailed, token);
  balloon.action.step = model::SetBalloon{128 * kMebibyte, 228 * kMebibyte};
  for (const JournalEntry& written : {intent, vcpus, balloon}) ASSERT_TRUE(journal_->append(written));

  const auto all = journal_->newest(10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  expect_same((*all)[0], intent);
  expect_same((*all)[1], vcpus);
  expect_same((*all)[2], balloon);
  const auto newest = journal_->newest(2);
  ASSERT_EQ(newest->size(), 2u);
  EXPECT_EQ((*newest)[0].action.id, "a2");
  EXPECT_EQ((*newest)[1].action.id, "a3");
}

TEST_P(JournalContract, OpenActionsAreThoseWhoseNewestEntryIsNotFinal) {
  const auto token = lead();
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kIntent, token)));
  ASSERT_TRUE(journal_->append(entry("a2", ActionState::kIntent, token)));
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kStarted, token)));
  ASSERT_TRUE(journal_->append(entry("a3", ActionState::kIntent, token)));
  ASSERT_TRUE(journal_->append(entry("a2", ActionState::kDone, token)));
  ASSERT_TRUE(journal_->append(entry("a4", ActionState::kSkipped, token)));
  EXPECT_EQ(open_ids(), (std::set<std::string>{"a1", "a3"}));
  const auto open = journal_->open_actions();
  expect_same((*open)[0], entry("a1", ActionState::kStarted, token));
}

TEST_P(JournalContract, OpenActionsAreFoundHoweverManyEntriesCameAfter) {
  const auto token = lead();
  ASSERT_TRUE(journal_->append(entry("old", ActionState::kStarted, token)));
  for (int i = 0; i < 1500; ++i)
    ASSERT_TRUE(journal_->append(entry("x" + std::to_string(i), ActionState::kDone, token)));
  EXPECT_EQ(open_ids(), std::set<std::string>{"old"});
}

TEST_P(JournalContract, OpenActionsSurviveATakeover) {
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kStarted, lead())));
  const auto token = be_overtaken();
  EXPECT_EQ(open_ids(), std::set<std::string>{"a1"});
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kAborted, token)));
  EXPECT_TRUE(open_ids().empty());
}

TEST_P(JournalContract, NothingIsWrittenWithoutALease) {
  const auto refused = journal_->append(entry("a1", ActionState::kIntent, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, WriteFault::kFenced);
  EXPECT_TRUE(journal_->newest(10)->empty());
}

TEST_P(JournalContract, AStaleTokenIsFencedInEveryWrite) {
  const auto stale = lead();
  be_overtaken();
  const auto append = journal_->append(entry("a1", ActionState::kIntent, stale));
  const auto decision = journal_->record_decision(stale, "{}");
  const auto state = journal_->save_state(stale, {{"mode", "enforce"}});
  ASSERT_FALSE(append || decision || state);
  EXPECT_EQ(append.error().fault, WriteFault::kFenced);
  EXPECT_EQ(decision.error().fault, WriteFault::kFenced);
  EXPECT_EQ(state.error().fault, WriteFault::kFenced);
  EXPECT_TRUE(journal_->newest(10)->empty());
  EXPECT_TRUE(open_ids().empty());
  EXPECT_TRUE(journal_->load_state()->empty());
}

TEST_P(JournalContract, ALeaseThatRanOutFencesItsHolderToo) {
  lease_ = store_->lease("a", kShort);
  const auto token = lead();
  store_->let_time_pass(kShort + Milliseconds(50));
  const auto refused = journal_->append(entry("a1", ActionState::kIntent, token));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, WriteFault::kFenced);
}

TEST_P(JournalContract, StateIsKeptFieldByFieldAndAnEmptyValueRemovesOne) {
  const auto token = lead();
  ASSERT_TRUE(journal_->save_state(token, {{"mode", "enforce"}, {"cooldown:vm", "1700000000000"}}));
  ASSERT_TRUE(journal_->save_state(token, {{"mode", "observe"}, {"hold", "x"}}));
  ASSERT_TRUE(journal_->save_state(token, {{"cooldown:vm", ""}}));
  ASSERT_TRUE(journal_->save_state(token, {}));
  EXPECT_EQ(*journal_->load_state(), (std::map<std::string, std::string>{{"hold", "x"}, {"mode", "observe"}}));
}

TEST_P(JournalContract, StateHoldsNothingOfTheJournalsOwn) {
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kIntent, lead())));
  EXPECT_TRUE(journal_->load_state()->empty());
}

TEST_P(JournalContract, DecisionsAreTakenFromALeader) {
  EXPECT_TRUE(journal_->record_decision(lead(), R"({"id":"d"})"));
}

TEST_P(JournalContract, TheDecisionsOfAllLeadersAreOneChain) {
  EXPECT_FALSE(journal_->decision_head());
  const auto token = lead();
  for (const char* json : {"{}", R"({"id":"\n"})", R"({"id":"d"})"})
    ASSERT_TRUE(journal_->record_decision(token, json));
  EXPECT_EQ(journal_->decision_head()->number, 3);
  const auto others = store_->journal();
  ASSERT_TRUE(others->record_decision(token, "{}"));
  ASSERT_TRUE(journal_->record_decision(token, "{}"));
  const auto taken = be_overtaken();
  EXPECT_FALSE(journal_->record_decision(token, "{}"));
  EXPECT_EQ(journal_->decision_head()->number, 5) << "the newest one of its own";
  ASSERT_TRUE(others->record_decision(taken, "{}"));
  const auto report = store_->check_decisions();
  EXPECT_FALSE(report.broken) << report.broken->sentence;
  EXPECT_EQ(report.checked, 6u);
  EXPECT_EQ(report.head, others->decision_head());
}

TEST_P(JournalContract, AStoreThatWasEmptiedBeginsANewChain) {
  auto token = lead();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal_->record_decision(token, "{}"));
  const auto before = journal_->decision_head();
  store_->lose_everything();
  EXPECT_FALSE(store_->check_decisions().head);
  token = lead();
  ASSERT_TRUE(journal_->record_decision(token, "{}"));
  EXPECT_EQ(journal_->decision_head()->number, 1);
  const auto report = store_->check_decisions();
  EXPECT_FALSE(report.broken) << report.broken->sentence;
  EXPECT_NE(report.head, before);
}

TEST_P(JournalContract, AnswersAreALeadersAndAreReadBackById) {
  const record::Answer one{"1700000000000-0", "pause", record::done("paused"), from_unix_ms(1'700'000'000'000), "a"};
  EXPECT_EQ(journal_->answer(1, {one}).error().fault, WriteFault::kFenced);
  const auto token = lead();
  const std::string recent =
      std::to_string(std::chrono::duration_cast<Milliseconds>(WallTime::clock::now().time_since_epoch()).count() /
                     1000) +
      "000-0";
  record::Answer two{recent, "mode", {record::AnswerKind::kRefused, "no \"mode\"", {"a", "b"}}, one.at, "a"};
  record::Answer three{"admin:" + recent, "admit", record::done("admitted"), one.at, "a"};
  ASSERT_TRUE(journal_->answer(token, {two, three}));
  ASSERT_TRUE(journal_->answer(token, {}));
  const auto all = journal_->answers();
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 2u);
  for (const record::Answer& read : *all) EXPECT_TRUE(read == two || read == three) << record::to_json(read);
  be_overtaken();
  EXPECT_EQ(journal_->answer(token, {two}).error().fault, WriteFault::kFenced);
}

TEST_P(JournalContract, WhatIsPublishedIsALeadersAndGoesWithItsTime) {
  EXPECT_EQ(journal_->publish(1, "forged", kLong).error().fault, WriteFault::kFenced);
  const auto token = lead();
  ASSERT_TRUE(journal_->publish(token, "first", kLong));
  ASSERT_TRUE(journal_->publish(token, "a \"second\"\n\xE2\x86\x92", kShort));
  EXPECT_EQ(store_->published(), "a \"second\"\n\xE2\x86\x92");
  store_->let_time_pass(kShort + Milliseconds(50));
  EXPECT_EQ(store_->published(), "") << "the time of the newest write counts";
  ASSERT_TRUE(journal_->publish(token, "third", kLong));
  be_overtaken();
  EXPECT_EQ(journal_->publish(token, "of yesterday", kLong).error().fault, WriteFault::kFenced);
  EXPECT_EQ(store_->published(), "third");
}

TEST_P(JournalContract, AStoreThatIsEmptiedUnderItsConnectionIsInTheSameSession) {
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kIntent, lead())));
  const auto session = journal_->session();
  store_->lose_everything();
  const auto entries = journal_->newest(1);
  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_TRUE(entries->empty());
  EXPECT_EQ(journal_->session(), session);
}

TEST_P(JournalContract, AStoreThatWasStartedAgainIsInAnotherSession) {
  ASSERT_TRUE(journal_->append(entry("a1", ActionState::kIntent, lead())));
  const auto session = journal_->session();
  store_->start_again_empty();
  ASSERT_TRUE(testing::wait_for([&] { return journal_->newest(1).ok(); }));
  EXPECT_TRUE(journal_->newest(1)->empty());
  EXPECT_NE(journal_->session(), session);
}

TEST_P(JournalContract, SaysSoWhenTheStoreIsAway) {
  const auto token = lead();
  store_->cut_off();
  const auto append = journal_->append(entry("a1", ActionState::kIntent, token));
  ASSERT_FALSE(append);
  EXPECT_EQ(append.error().fault, WriteFault::kUnreachable);
  EXPECT_FALSE(journal_->newest(1));
  EXPECT_FALSE(journal_->open_actions());
  EXPECT_FALSE(journal_->load_state());
}

}  // namespace
}  // namespace hotspot::contract
