// When the wall clock counts as set.
#include "actuator/loop/clock_watch.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;

constexpr Milliseconds kStep{1000};

class ClockWatchTest : public ::testing::Test {
 protected:
  // Both clocks go on by a second, the wall clock by `set` more.
  std::optional<Milliseconds> after_a_second(Milliseconds set = Milliseconds(0)) {
    wall_ += kStep + set;
    steady_ += kStep;
    return watch_.moved(wall_, steady_);
  }
  WallTime wall_ = kNow;
  Milliseconds steady_{5000};
  ClockWatch watch_{5 * kStep};
};

TEST_F(ClockWatchTest, TheFirstReadingIsComparedWithNothing) { EXPECT_FALSE(watch_.moved(kNow, Milliseconds(5000))); }

TEST_F(ClockWatchTest, AClockThatGoesOnWasNotSet) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(after_a_second());
}

TEST_F(ClockWatchTest, SaysByHowMuchItWasSetForwardsOrBack) {
  after_a_second();
  EXPECT_EQ(after_a_second(60 * kStep), 60 * kStep);
  EXPECT_EQ(after_a_second(-60 * kStep), -60 * kStep);
  EXPECT_FALSE(after_a_second()) << "once";
}

TEST_F(ClockWatchTest, WithinTheToleranceItIsSlewed) {
  after_a_second();
  EXPECT_FALSE(after_a_second(5 * kStep));
  EXPECT_TRUE(after_a_second(5 * kStep + Milliseconds(1)));
}

}  // namespace
}  // namespace hotspot::loop
