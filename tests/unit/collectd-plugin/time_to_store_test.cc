// RRDtool keeps whole seconds: two reads of which each has its second.
#include <gtest/gtest.h>

#include <random>

#include "collectd-plugin/dispatch.h"

namespace hotspot::collector {
namespace {

// As collectd does it (CDTIME_T_TO_TIME_T): to the nearest, and up from the middle.
std::int64_t second_that_collectd_makes(WallTime time) { return (to_unix_ms(time) + 500) / 1000; }

WallTime at(std::int64_t ms) { return from_unix_ms(1'800'000'000'000 + ms); }

TEST(TimeToStore, IsTheTimeOfTheReadItselfNearlyAlways) {
  EXPECT_EQ(time_to_store(at(1234), std::nullopt, 1), at(1234));
  EXPECT_EQ(time_to_store(at(2234), at(1234), 1), at(2234));
  EXPECT_EQ(time_to_store(at(11'234), at(1234), 10), at(11'234));
}

TEST(TimeToStore, MovesAReadThatCameEarlyToTheNextSecond) {
  const WallTime stored = time_to_store(at(2490), at(1510), 1);  // both would be second 2
  EXPECT_EQ(second_that_collectd_makes(stored), second_that_collectd_makes(at(1510)) + 1);
  EXPECT_LT(stored - at(2490), Milliseconds(50)) << "no further than it must";
}

TEST(TimeToStore, RoundsTheMiddleOfASecondAsCollectdDoes) {
  for (const std::int64_t before : {500, 1500}) {
    const WallTime stored = time_to_store(at(before + 900), at(before), 1);
    EXPECT_GT(second_that_collectd_makes(stored), second_that_collectd_makes(at(before))) << before << " ms";
  }
}

TEST(TimeToStore, NeverGivesTwoReadsTheSameSecond) {
  std::minstd_rand random(17);
  std::uniform_int_distribution<std::int64_t> jitter(-30, 30);
  for (std::int64_t phase = 0; phase < 1000; ++phase) {
    std::optional<WallTime> before;
    for (std::int64_t read = 0; read < 20; ++read) {
      const WallTime taken = at(phase + read * 1000 + jitter(random));
      const WallTime stored = time_to_store(taken, before, 1);
      if (before) {
        ASSERT_GT(second_that_collectd_makes(stored), second_that_collectd_makes(*before))
            << "read " << read << " of phase " << phase << " ms, taken at " << to_unix_ms(taken);
        ASSERT_GT(stored, *before);
      }
      ASSERT_LT(stored - taken, Milliseconds(100));
      before = stored;
    }
  }
}

TEST(TimeToStore, StandsWhereTheIntervalIsBelowASecond) { EXPECT_EQ(time_to_store(at(1100), at(1000), 0.1), at(1100)); }

TEST(TimeToStore, FollowsAClockThatWasSetBack) { EXPECT_EQ(time_to_store(at(1000), at(3'600'000), 1), at(1000)); }

}  // namespace
}  // namespace hotspot::collector
