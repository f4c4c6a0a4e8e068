#include "actuator/loop/recent_peaks.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using Counts = RecentPeaks::Counts;

WallTime at(int minute, int second) { return WallTime(Milliseconds((60'000LL * minute) + (1000LL * second))); }

TEST(RecentPeaksTest, TheMostOfTheMinuteThatRunsAndOfTheOneBefore) {
  RecentPeaks peaks;
  peaks.saw({{"hot", 3}}, at(10, 5));
  peaks.saw({{"hot", 1}, {"full", 2}}, at(10, 50));
  EXPECT_EQ(peaks.at(at(10, 59)), (Counts{{"full", 2}, {"hot", 3}}));
  peaks.saw({{"hot", 2}}, at(11, 0));
  EXPECT_EQ(peaks.at(at(11, 0)), (Counts{{"full", 2}, {"hot", 3}}));
  peaks.saw({}, at(12, 0));
  EXPECT_EQ(peaks.at(at(12, 0)), (Counts{{"hot", 2}}));
}

TEST(RecentPeaksTest, WhatNobodyCountedForAMinuteIsForgotten) {
  RecentPeaks peaks;
  peaks.saw({{"hot", 3}}, at(10, 5));
  EXPECT_EQ(peaks.at(at(11, 59)), (Counts{{"hot", 3}}));
  EXPECT_EQ(peaks.at(at(12, 0)), Counts());
  peaks.saw({{"hot", 1}}, at(14, 0));
  EXPECT_EQ(peaks.at(at(14, 0)), (Counts{{"hot", 1}}));
}

TEST(RecentPeaksTest, AClockThatIsSetBackForgetsAndGoesOn) {
  RecentPeaks peaks;
  peaks.saw({{"hot", 3}}, at(10, 5));
  EXPECT_EQ(peaks.at(at(9, 0)), Counts());
  peaks.saw({{"hot", 1}}, at(9, 0));
  EXPECT_EQ(peaks.at(at(9, 0)), (Counts{{"hot", 1}}));
}

TEST(RecentPeaksTest, WhatIsZeroIsNotThere) {
  RecentPeaks peaks;
  peaks.saw({{"hot", 0}}, at(10, 5));
  EXPECT_EQ(peaks.at(at(10, 5)), Counts());
}

}  // namespace
}  // namespace hotspot::loop
