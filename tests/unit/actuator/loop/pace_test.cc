#include "actuator/loop/pace.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using namespace std::chrono_literals;

TEST(Pace, WhatIsCheapIsDueAtEachInterval) {
  Pace pace(1000ms);
  EXPECT_TRUE(pace.is_due(0ns));
  pace.begin(5s);
  pace.end(5s + 10ms);
  EXPECT_FALSE(pace.is_due(5s + 999ms));
  EXPECT_TRUE(pace.is_due(6s));
}

TEST(Pace, WhatTakesLongIsDueAfterFiftyTimesAsLong) {
  Pace pace(1000ms);
  pace.begin(5s);
  pace.end(5s + 40ms);
  EXPECT_FALSE(pace.is_due(6s + 999ms));
  EXPECT_TRUE(pace.is_due(7s));
}

TEST(Pace, NothingIsPutOffForMoreThanFiveSecondsOrItsInterval) {
  Pace pace(1000ms), slow(60'000ms);
  pace.begin(5s);
  pace.end(8s);
  EXPECT_FALSE(pace.is_due(9s + 999ms));
  EXPECT_TRUE(pace.is_due(10s));
  slow.begin(5s);
  slow.end(8s);
  EXPECT_FALSE(slow.is_due(64s));
  EXPECT_TRUE(slow.is_due(65s));
}

TEST(Pace, WhatDoesNotEndIsDueAfterItsIntervalAllTheSame) {
  Pace pace(1000ms);
  pace.begin(5s);
  EXPECT_FALSE(pace.is_due(5999ms));
  EXPECT_TRUE(pace.is_due(6s));
}

}  // namespace
}  // namespace hotspot::loop
