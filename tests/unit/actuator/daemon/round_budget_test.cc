#include "actuator/daemon/round_budget.h"

#include <gtest/gtest.h>

namespace hotspot::daemon {
namespace {

using namespace std::chrono_literals;
using Time = RoundBudget::Time;

constexpr Time kNow = 1000s;

RoundBudget::Round round_of(Time computed, Time ended, Time longest = 10s) {
  return {.computed = computed, .ended = ended, .is_behind = false, .longest_rest = longest};
}

TEST(RoundBudget, CheapRoundsAreNeverDelayed) {
  RoundBudget budget;
  for (int round = 0; round < 1000; ++round)
    ASSERT_EQ(budget.rest_after(round_of(3ms, kNow + round * 100ms)), 0ns)
        << "3 of each 100 ms is less than a sixteenth";
}

TEST(RoundBudget, AnExpensiveRoundIsRestedForUntilItIsASixteenthOfTheTime) {
  RoundBudget budget;
  EXPECT_EQ(budget.rest_after(round_of(100ms, kNow)), 600ms) << "a second was saved up";
  EXPECT_EQ(budget.rest_after(round_of(100ms, kNow + 600ms)), 1600ms);
}

TEST(RoundBudget, OverAMinuteTheLoopUsesASixteenthHoweverMuchThereIsToDo) {
  RoundBudget budget;
  Time now = kNow, computed{0};
  while (now < kNow + 60s) {
    computed += 50ms;
    now += 50ms;
    now += budget.rest_after(round_of(50ms, now, 2s));
  }
  EXPECT_NEAR(static_cast<double>(computed.count()), static_cast<double>((now - kNow).count()) / 16, 150e6);
}

TEST(RoundBudget, NoRestIsLongerThanTheLongestAndWhatItCostMoreIsForgotten) {
  RoundBudget budget;
  EXPECT_EQ(budget.rest_after(round_of(60s, kNow, 2s)), 2s);
  EXPECT_EQ(budget.rest_after(round_of(1ms, kNow + 2s, 2s)), 16ms) << "not the minute too";
}

TEST(RoundBudget, WhereSnapshotsWaitOnlySoMuchIsRestedThatAThirdOfACoreIsUsed) {
  RoundBudget budget;
  auto behind = round_of(100ms, kNow);
  behind.is_behind = true;
  for (int round = 0; round < 100; ++round, behind.ended += 300ms) ASSERT_EQ(budget.rest_after(behind), 200ms);
  behind.computed = 3ms;
  EXPECT_EQ(budget.rest_after(behind), 0ns) << "cheap";
  behind.computed = 10s;
  EXPECT_EQ(budget.rest_after(behind), 1s) << "never longer";
}

TEST(RoundBudget, AThirdOfACoreIsTheMostHoweverShortTheLongestRest) {
  RoundBudget budget;
  for (Time now = kNow; now < kNow + 60s; now += 300ms)
    ASSERT_EQ(budget.rest_after(round_of(100ms, now, 1ms)), 200ms) << "a node says that it sends each millisecond";
}

}  // namespace
}  // namespace hotspot::daemon
