#include "telemetry/rates.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

TEST(Rates, DivideByTheTimeThatWasMeasuredAndNotByTheInterval) {
  EXPECT_DOUBLE_EQ(*rate_per_second(1000, 4000, 1.5), 2000);
  EXPECT_DOUBLE_EQ(*rate_per_second(1000, 1000, 2.0), 0) << "a counter that stood still is a measured zero";
}

TEST(Rates, AreEmptyAtTheFirstSampleAndWhereAReadingIsMissing) {
  EXPECT_EQ(rate_per_second(std::nullopt, 4000, 1.0), std::nullopt);
  EXPECT_EQ(rate_per_second(1000, std::nullopt, 1.0), std::nullopt);
  EXPECT_EQ(rate_per_second(1000, 4000, std::nullopt), std::nullopt);
}

TEST(Rates, AreEmptyWhenNoTimePassed) {
  EXPECT_EQ(rate_per_second(1000, 4000, 0.0), std::nullopt);
  EXPECT_EQ(rate_per_second(1000, 4000, -1.0), std::nullopt);
}

TEST(Rates, AreEmptyWhenTheCounterBeganAnew) {
  EXPECT_EQ(rate_per_second(4000, 1000, 1.0), std::nullopt);
  EXPECT_EQ(rate_per_second(UINT64_MAX, 5, 1.0), std::nullopt);
}

TEST(Rates, TakeCountersUpToTheLargest) { EXPECT_DOUBLE_EQ(*rate_per_second(UINT64_MAX - 10, UINT64_MAX, 2.0), 5); }

TEST(BusyRatio, IsTheShareOfTheElapsedTimeOfAllUnits) {
  EXPECT_DOUBLE_EQ(*busy_ratio(0, 1'500'000'000, 1.0, 2), 0.75);
  EXPECT_DOUBLE_EQ(*busy_ratio(0, 500'000'000, 2.0, 1), 0.25);
}

TEST(BusyRatio, IsNotCutOffAtOne) { EXPECT_DOUBLE_EQ(*busy_ratio(0, 1'100'000'000, 1.0, 1), 1.1); }

TEST(BusyRatio, IsEmptyWithoutUnits) { EXPECT_EQ(busy_ratio(0, 1'000, 1.0, 0), std::nullopt); }

}  // namespace
}  // namespace hotspot::telemetry
