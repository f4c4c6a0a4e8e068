#include "actuator/daemon/round_budget.h"

#include <gtest/gtest.h>

namespace hotspot::daemon {
namespace {

using namespace std::chrono_literals;

constexpr RoundBudget::Time kNow = 1000s;

TEST(RoundBudget, CheapRoundsAreNeverDelayed) {
  RoundBudget budget(2s);
  for (int round = 0; round < 1000; ++round)
    ASSERT_EQ(budget.rest_after(5ms, kNow + round * 100ms), 0ns) << "5 of each 100 ms is less than a sixteenth";
}

TEST(RoundBudget, AnExpensiveRoundIsRestedForUntilItIsASixteenthOfTheTime) {
  RoundBudget budget(10s);
  EXPECT_EQ(budget.rest_after(100ms, kNow), 600ms) << "a second was saved up";
  EXPECT_EQ(budget.rest_after(100ms, kNow + 600ms), 1600ms);
}

TEST(RoundBudget, OverAMinuteTheLoopUsesASixteenthHoweverMuchThereIsToDo) {
  RoundBudget budget(2s);
  RoundBudget::Time now = kNow, computed{0};
  while (now < kNow + 60s) {
    computed += 50ms;
    now += 50ms;
    now += budget.rest_after(50ms, now);
  }
  EXPECT_NEAR(static_cast<double>(computed.count()), static_cast<double>((now - kNow).count()) / 16, 150e6);
}

TEST(RoundBudget, NoRestIsLongerThanTheLongestAndWhatItCostMoreIsForgotten) {
  RoundBudget budget(2s);
  EXPECT_EQ(budget.rest_after(60s, kNow), 2s);
  EXPECT_EQ(budget.rest_after(1ms, kNow + 2s), 16ms) << "not the minute too";
}

}  // namespace
}  // namespace hotspot::daemon
