#include "actuator/loop/state_memory.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

constexpr Milliseconds kAt{1000};

TEST(StateMemoryTest, KnowsWhatTheLeaderWroteWhenTheStoreWasEmptied) {
  StateMemory memory;
  memory.wrote({{"mode", "observe"}, {kRevisionField, memory.next_revision(7)}}, kAt);
  const StateFields* later = memory.later_than({});
  ASSERT_NE(later, nullptr);
  EXPECT_EQ(later->at("mode"), "observe");
}

TEST(StateMemoryTest, BelievesAStoreThatKnowsMore) {
  StateMemory memory;
  memory.wrote({{"mode", "observe"}, {kRevisionField, memory.next_revision(7)}}, kAt);
  EXPECT_EQ(memory.later_than({{"mode", "enforce"}, {kRevisionField, "8-1"}}), nullptr) << "of a later leader";
  EXPECT_EQ(memory.later_than({{"mode", "enforce"}, {kRevisionField, "7-2"}}), nullptr);
  EXPECT_EQ(memory.later_than({{"mode", "observe"}, {kRevisionField, "7-1"}}), nullptr) << "as late";
}

TEST(StateMemoryTest, KeepsWhatItKnowsWhenTheStoreHasGoneBack) {
  StateMemory memory;
  memory.read({{"holds", "db1"}, {kRevisionField, "7-100"}}, kAt);
  memory.read({{"holds", ""}, {kRevisionField, "7-9"}}, kAt);
  memory.read({}, kAt);
  const StateFields* later = memory.later_than({{kRevisionField, "7-9"}});
  ASSERT_NE(later, nullptr);
  EXPECT_EQ(later->at("holds"), "db1");
}

TEST(StateMemoryTest, AFieldThatWasRemovedIsNotKnownAnyMore) {
  StateMemory memory;
  memory.wrote({{"drains", "h1"}, {kRevisionField, memory.next_revision(7)}}, kAt);
  memory.wrote({{"drains", ""}, {kRevisionField, memory.next_revision(7)}}, kAt);
  ASSERT_NE(memory.later_than({}), nullptr);
  EXPECT_FALSE(memory.later_than({})->contains("drains"));
}

TEST(StateMemoryTest, ARevisionThatIsNoneIsTheOldest) {
  StateMemory memory;
  memory.read({{"mode", "observe"}, {kRevisionField, "7-1"}}, kAt);
  for (const char* text : {"", "x", "9", "9-", "-1", "9-1x", "99999999999999999999-1"})
    EXPECT_NE(memory.later_than({{kRevisionField, text}}), nullptr) << text;
}

TEST(StateMemoryTest, KnowsNothingAtFirst) { EXPECT_EQ(StateMemory().later_than({}), nullptr); }

}  // namespace
}  // namespace hotspot::loop
