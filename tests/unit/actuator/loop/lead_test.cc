// When the lead is gained and lost, and at which places of a round that is acted upon.
#include "actuator/loop/lead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LeadTest : public ::testing::Test {
 protected:
  Lead::Changes changes() {
    return {.gained = [this] { happened_.push_back("gained"); },
            .lost = [this] { happened_.push_back("lost"); },
            .renewed = [this](Milliseconds until) { until_ = until; }};
  }
  void another_takes_it() {
    store_.holder.clear();
    ASSERT_TRUE(other_.acquire_or_renew()->held);
  }
  void pass(Milliseconds time) { clock_.advance(time); }

  fakes::FakeClock clock_;
  fakes::FakeStore store_;
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeLease lease_{store_, clock_, "hotspotd@one:1"};
  fakes::FakeLease other_{store_, clock_, "hotspotd@two:2"};
  std::vector<std::string> log_;
  const Log write_ = [this](LogLevel, const std::string& line) { log_.push_back(line); };
  LogStory story_{write_, clock_};
  std::vector<std::string> happened_;
  Milliseconds until_{0};
  Lead lead_{"test", {.journal = journal_, .lease = lease_, .clock = clock_, .story = story_}, write_, changes()};
};

TEST_F(LeadTest, TakesAFreeLeaseAndTellsUntilWhenItIsOurs) {
  EXPECT_FALSE(lead_.leads());
  lead_.begin_round();
  EXPECT_TRUE(lead_.leads());
  EXPECT_THAT(happened_, ElementsAre("gained"));
  EXPECT_EQ(lead_.since(), clock_.now());
  EXPECT_EQ(until_, clock_.steady() + lease_.duration());
}

TEST_F(LeadTest, WhatBecameOfItIsActedUponOnlyWhereNothingIsHalfDone) {
  lead_.begin_round();
  EXPECT_TRUE(lead_.keep());
  another_takes_it();
  pass(lease_.duration() / 2);
  EXPECT_FALSE(lead_.keep()) << "nothing more is begun";
  EXPECT_THAT(happened_, ElementsAre("gained")) << "and nothing is undone in the middle of something";
  EXPECT_FALSE(lead_.goes_on());
  EXPECT_THAT(happened_, ElementsAre("gained", "lost"));
}

TEST_F(LeadTest, ALeaseThatIsRenewedInTheMiddleOfARoundIsOursForLonger) {
  lead_.begin_round();
  const Milliseconds before = until_;
  pass(lease_.duration() / 2);
  EXPECT_TRUE(lead_.goes_on());
  EXPECT_EQ(until_, before + lease_.duration() / 2);
  EXPECT_THAT(happened_, ElementsAre("gained"));
}

TEST_F(LeadTest, AFencedWriteEndsItAtOnceAndOnce) {
  lead_.begin_round();
  another_takes_it();
  lead_.check_write(lead_.journal().record_decision(lead_.token(), "{}"), "the decision");
  EXPECT_FALSE(lead_.leads());
  lead_.check_write(lead_.journal().record_decision(lead_.token(), "{}"), "the decision");
  EXPECT_THAT(happened_, ElementsAre("gained", "lost"));
}

TEST_F(LeadTest, TheHeadOfTheDecisionsIsLoggedOnceALeadAndADay) {
  clock_.set_wall(from_unix_ms(1'700'006'399'000));  // a second before midnight, UTC
  lead_.begin_round();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lead_.record_decision("{}", "the decision"));
  EXPECT_THAT(log_, ElementsAre("decision head " + store_.previous[1]));
  log_.clear();
  pass(Milliseconds(2000));
  lead_.begin_round();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lead_.record_decision("{}", "the decision"));
  EXPECT_THAT(log_, ElementsAre("decision head " + store_.previous[4]));
  log_.clear();
  another_takes_it();
  EXPECT_FALSE(lead_.record_decision("{}", "the decision"));
  EXPECT_THAT(log_, ::testing::Not(Contains(HasSubstr("decision head"))));
}

TEST_F(LeadTest, DecisionsThatTheStoreHasLostAreReported) {
  lead_.begin_round();
  for (int i = 0; i < 3; ++i) lead_.record_decision("{}", "the decision");
  store_.decision_head.reset();
  log_.clear();
  lead_.record_decision("{}", "the decision");
  EXPECT_THAT(log_, ElementsAre(HasSubstr("Redis has lost decisions: the last one recorded was 3:")));
}

TEST_F(LeadTest, AStoreThatIsAwayCostsNoLeadWhileTheLeaseLasts) {
  lead_.begin_round();
  store_.reachable = false;
  lead_.check_write(lead_.journal().record_decision(lead_.token(), "{}"), "the decision");
  EXPECT_TRUE(lead_.goes_on());
  pass(lease_.duration());
  EXPECT_FALSE(lead_.leads());
}

TEST_F(LeadTest, WhatWasNotDueDoesNotEndTheReportOfAFailedWrite) {
  lead_.begin_round();
  lead_.check_write(Written(ports::WriteError{ports::WriteFault::kUnreachable, "no answer"}), "the state");
  story_.say();
  EXPECT_THAT(log_, Contains(HasSubstr("the state could not be written")));
  log_.clear();
  lead_.check_write(Written(Write::kNothing), "the state");
  story_.say();
  EXPECT_THAT(log_, IsEmpty());
  lead_.check_write(Written(Write::kDone), "the state");
  pass(Milliseconds(600'000));
  story_.say();
  EXPECT_THAT(log_, Contains(HasSubstr("the state can be written again")));
}

TEST_F(LeadTest, IsGivenUpIfWhatWasBeforeCannotBeRead) {
  lead_.begin_round();
  store_.reachable = false;
  EXPECT_FALSE(lead_.read_before());
  EXPECT_FALSE(lead_.leads());
}

TEST_F(LeadTest, AStandbyFollowsTheJournalEachSecond) {
  EXPECT_TRUE(lead_.follow());
  EXPECT_FALSE(lead_.follow());
  pass(Milliseconds(1000));
  EXPECT_TRUE(lead_.follow());
}

}  // namespace
}  // namespace hotspot::loop
