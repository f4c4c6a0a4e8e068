// What of the hash `state` is written, and when.
#include "actuator/loop/state_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/loop/state_fields.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_journal.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

class StateKeeperTest : public ::testing::Test {
 protected:
  StateKeeperTest() {
    store_.token = 7;
    store_.owner = &store_;
    store_.holder = "hotspotd@one:1";
    store_.expires_at = Milliseconds::max();
  }
  void save(StateFields fields) {
    const auto written = keeper_.save(std::move(fields), 7);
    ASSERT_TRUE(written) << written.error().message;
  }
  fakes::FakeClock clock_;
  fakes::FakeStore store_;
  fakes::FakeJournal journal_{store_, clock_};
  StateKeeper keeper_{journal_, clock_};
};

TEST_F(StateKeeperTest, WritesAFieldAgainOnlyWhenItHasChanged) {
  save({{"mode", "enforce"}, {"holds", "a"}});
  store_.state.erase("mode");  // so that one can see whether it is written again
  save({{"mode", "enforce"}, {"holds", "b"}});
  EXPECT_THAT(store_.state, Not(Contains(Key("mode"))));
  EXPECT_THAT(store_.state, Contains(Pair("holds", "b")));
}

TEST_F(StateKeeperTest, RemovesAFieldThatIsNotThereAnyMore) {
  save({{"mode", "enforce"}, {"holds", "a"}});
  save({{"mode", "enforce"}});
  EXPECT_THAT(store_.state, Not(Contains(Key("holds"))));
}

TEST_F(StateKeeperTest, EachWriteCarriesALaterRevision) {
  save({{"holds", "a"}});
  const std::string first = store_.state.at(kRevisionField);
  save({{"holds", "b"}});
  EXPECT_NE(store_.state.at(kRevisionField), first);
}

TEST_F(StateKeeperTest, GivesAStoreThatMayBeAnotherOneEverythingAnew) {
  save({{"mode", "enforce"}});
  keeper_.follow_session();
  store_.state.clear();
  store_.state["rule_state:00"] = "of a leader before";
  ++store_.session;
  keeper_.follow_session();
  save({{"mode", "enforce"}});
  EXPECT_THAT(store_.state, Contains(Pair("mode", "enforce")));
  EXPECT_THAT(store_.state, Not(Contains(Key("rule_state:00")))) << "what is not written any more is removed";
}

TEST_F(StateKeeperTest, ALossOfTheLeasesKeyIsNewsOnce) {
  EXPECT_FALSE(keeper_.has_lost(0));
  EXPECT_TRUE(keeper_.has_lost(1));
  EXPECT_FALSE(keeper_.has_lost(1));
  EXPECT_TRUE(keeper_.knows_losses(1));
}

TEST_F(StateKeeperTest, SavesOnceASecondUnlessItIsAskedToSaveNow) {
  EXPECT_TRUE(keeper_.begin_save(StateKeeper::When::kIfDue));
  EXPECT_FALSE(keeper_.begin_save(StateKeeper::When::kIfDue));
  EXPECT_TRUE(keeper_.begin_save(StateKeeper::When::kNow));
  clock_.advance(Milliseconds(1000));
  EXPECT_TRUE(keeper_.begin_save(StateKeeper::When::kIfDue));
}

TEST_F(StateKeeperTest, KnowsWhatTheLeaderWroteWhileItStoodBy) {
  StateKeeper standby(journal_, clock_);
  save({{"holds", "a"}});
  standby.follow();
  const StateFields lost;
  ASSERT_NE(standby.later_than(lost), nullptr);
  EXPECT_EQ(standby.later_than(lost)->at("holds"), "a");
  EXPECT_EQ(standby.later_than(store_.state), nullptr) << "the store knows as much";
}

}  // namespace
}  // namespace hotspot::loop
