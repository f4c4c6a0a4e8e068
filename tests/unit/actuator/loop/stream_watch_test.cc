#include "actuator/loop/stream_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using ::testing::HasSubstr;

const WallTime kWatchedAt = from_unix_ms(1'800'000'000'000);
constexpr Milliseconds kOneSecond{1000};

TEST(StreamWatch, SaysAStreamOfTheFutureOnceAndCountsItAfterThat) {
  StreamWatch watch;
  const ports::StreamTrouble snapshots{"hotspot:{c}:snapshots", "4000000000000-0", true, 0, 7};
  const auto said = watch.saw({snapshots}, kWatchedAt);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_TRUE(said[0].is_problem);
  EXPECT_THAT(said[0].sentence, HasSubstr("has an id of the future, 4000000000000-0"));
  EXPECT_THAT(said[0].sentence, HasSubstr("0 entries are carried over, 7 are gone"));
  for (int i = 1; i < 20; ++i) EXPECT_TRUE(watch.saw({snapshots}, kWatchedAt + i * 5 * kOneSecond).empty());
  EXPECT_EQ(watch.streams().at(snapshots.key).times, 20u);
  EXPECT_EQ(watch.streams().at(snapshots.key).lost, 140u);
  EXPECT_EQ(watch.saw({snapshots}, kWatchedAt + 3600 * kOneSecond).size(), 1u)
      << "after a quiet while it is news again";
}

TEST(StreamWatch, SaysWhatPeopleHaveToMendAndThatTheyDid) {
  StreamWatch watch;
  const ports::StreamTrouble journal{"hotspot:{c}:journal", "4000000000000-0", false, 0, 0};
  EXPECT_THAT(watch.saw({journal}, kWatchedAt).at(0).sentence, HasSubstr("RENAME hotspot:{c}:journal"));
  EXPECT_TRUE(watch.saw({journal}, kWatchedAt + 5 * kOneSecond).empty());
  const auto over = watch.saw({}, kWatchedAt + 10 * kOneSecond);
  ASSERT_EQ(over.size(), 1u);
  EXPECT_FALSE(over[0].is_problem);
  EXPECT_TRUE(watch.saw({}, kWatchedAt + 15 * kOneSecond).empty());
}

TEST(SilenceWatch, SaysWhenMostNodesGoSilentAtOnceAndForHowLong) {
  SilenceWatch watch;
  EXPECT_FALSE(watch.saw(12, 0, kOneSecond));
  EXPECT_FALSE(watch.saw(12, 6, 2 * kOneSecond)) << "half of them are not most";
  const auto begun = watch.saw(12, 12, 3 * kOneSecond);
  ASSERT_TRUE(begun);
  EXPECT_THAT(begun->sentence, HasSubstr("12 of 12 nodes are stale at once"));
  EXPECT_FALSE(watch.saw(12, 12, 4 * kOneSecond));
  const auto over = watch.saw(12, 1, 63 * kOneSecond);
  ASSERT_TRUE(over);
  EXPECT_THAT(over->sentence, HasSubstr("11 of 12 are fresh, after 1 min"));
}

TEST(SilenceWatch, SaysNothingOfNodesThatWereNeverHeard) {
  SilenceWatch watch;
  EXPECT_FALSE(watch.saw(0, 0, kOneSecond));
  EXPECT_FALSE(watch.saw(3, 3, 2 * kOneSecond)) << "a start with old snapshots";
  EXPECT_FALSE(watch.saw(3, 0, 3 * kOneSecond));
  EXPECT_TRUE(watch.saw(3, 3, 4 * kOneSecond));
}

}  // namespace
}  // namespace hotspot::loop
