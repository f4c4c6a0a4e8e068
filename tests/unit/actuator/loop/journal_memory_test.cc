// A store that fails over and comes back without what it was given last.
#include "actuator/loop/journal_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"

namespace hotspot::loop {
namespace {

using model::ActionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JournalMemoryTest : public ::testing::Test {
 protected:
  JournalMemoryTest() { token_ = lease_.acquire_or_renew()->token; }

  void write(const std::string& id, ActionState state) {
    clock_.advance(Milliseconds(100));
    ports::JournalEntry entry;
    entry.action.id = id;
    entry.state = state;
    entry.at = clock_.now();
    entry.token = token_;
    ASSERT_TRUE(memory_.append(entry));
  }

  std::vector<std::string> entries() const {
    std::vector<std::string> lines;
    for (const auto& entry : store_.entries) lines.push_back(entry.action.id + " " + model::to_string(entry.state));
    return lines;
  }

  fakes::FakeClock clock_{WallTime(std::chrono::hours(480'000))};
  fakes::FakeStore store_;
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeLease lease_{store_, clock_, "one", std::chrono::hours(1)};
  std::vector<std::string> told_;
  JournalMemory memory_{journal_, clock_, [this](const std::string& what) { told_.push_back(what); }};
  std::int64_t token_ = 0;
};

TEST_F(JournalMemoryTest, WritesAgainWhatAFailoverLost) {
  write("a", ActionState::kIntent);
  write("a", ActionState::kStarted);
  write("b", ActionState::kIntent);
  store_.lose_entries(2);
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent", "a started", "b intent"));
  EXPECT_THAT(told_, ElementsAre(HasSubstr("2 entries were written again")));
}

TEST_F(JournalMemoryTest, MendsBeforeTheNextEntrySoThatTheOrderIsKept) {
  write("a", ActionState::kIntent);
  store_.lose_entries(1);
  write("a", ActionState::kStarted);
  EXPECT_THAT(entries(), ElementsAre("a intent", "a started"));
}

TEST_F(JournalMemoryTest, WritesAnEndedActionAgainWithItsEndSoThatNothingStaysOpen) {
  write("a", ActionState::kIntent);
  write("a", ActionState::kDone);
  store_.lose_entries(2);
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent", "a done"));
  EXPECT_TRUE(journal_.open_actions()->empty());
}

TEST_F(JournalMemoryTest, LeavesAnActionAloneThatAnotherHasEndedMeanwhile) {
  write("a", ActionState::kIntent);
  write("a", ActionState::kStarted);
  store_.lose_entries(1);
  ports::JournalEntry ended = store_.entries.front();
  ended.state = ActionState::kAborted;
  store_.entries.push_back(ended);
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent", "a aborted"));
}

TEST_F(JournalMemoryTest, DoesNothingAfterAReconnectThatLostNothing) {
  write("a", ActionState::kIntent);
  store_.lose_entries(0);
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent"));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(JournalMemoryTest, TriesAgainWhenTheStoreGoesAwayMeanwhile) {
  write("a", ActionState::kIntent);
  store_.lose_entries(1);
  store_.reachable = false;
  EXPECT_FALSE(memory_.mend(token_));
  store_.reachable = true;
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent"));
}

TEST_F(JournalMemoryTest, AnEmptiedStoreIsGivenWhatIsStillOpenHoweverOldItIs) {
  write("long", ActionState::kStarted);
  clock_.advance(std::chrono::minutes(20));
  write("b", ActionState::kIntent);
  store_.entries.clear();
  ++store_.session;
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("long started", "b intent"));
}

TEST_F(JournalMemoryTest, AStoreThatWasEmptiedUnderItsConnectionIsGivenItsEndOnceThatIsInDoubt) {
  write("a", ActionState::kIntent);
  store_.entries.clear();
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), IsEmpty());
  memory_.doubt();
  ASSERT_TRUE(memory_.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent"));
}

TEST_F(JournalMemoryTest, WhatAnotherLeaderWroteIsKnownToWhoFollowedIt) {
  JournalMemory standby(journal_, clock_, [](const std::string&) {});
  write("a", ActionState::kIntent);
  ASSERT_TRUE(standby.follow());
  write("a", ActionState::kStarted);
  write("b", ActionState::kIntent);
  write("b", ActionState::kDone);
  ASSERT_TRUE(standby.follow());
  store_.entries.clear();
  ++store_.session;
  ASSERT_TRUE(standby.mend(token_));
  EXPECT_THAT(entries(), ElementsAre("a intent", "a started", "b intent", "b done"));
  ASSERT_EQ(journal_.open_actions()->size(), 1u);
  EXPECT_EQ(journal_.open_actions()->front().action.id, "a");
}

TEST_F(JournalMemoryTest, WhatAnEmptiedStoreLacksIsWrittenBeforeTheEntryThatFoundItEmpty) {
  JournalMemory memory(
      journal_, clock_, [](const std::string&) {}, [this] { return lease_.acquire_or_renew()->token == token_; });
  ports::JournalEntry entry;
  entry.action.id = "a";
  entry.token = token_;
  ASSERT_TRUE(memory.append(entry));
  store_.lose_everything();
  entry.state = ActionState::kStarted;
  ASSERT_TRUE(memory.append(entry));
  EXPECT_THAT(entries(), ElementsAre("a intent", "a started"));
}

TEST_F(JournalMemoryTest, AWriteThatWasRefusedBecauseTheStoreLostTheLeaseIsRepeated) {
  JournalMemory memory(
      journal_, clock_, [](const std::string&) {}, [this] { return lease_.acquire_or_renew()->token == token_; });
  store_.holder.clear();
  ports::JournalEntry entry;
  entry.action.id = "a";
  entry.token = token_;
  EXPECT_TRUE(memory.append(entry));
  EXPECT_THAT(entries(), ElementsAre("a intent"));
  store_.holder = "another";
  store_.owner = nullptr;
  ++store_.token;
  EXPECT_EQ(memory.append(entry).error().fault, ports::WriteFault::kFenced) << "another leads";
}

}  // namespace
}  // namespace hotspot::loop
