// Law 8: what is taken leaves room for the largest peak that is known, and only from a guest that is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::ScaleMemory;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShrinkFloorTest : public ::testing::Test {
 protected:
  // A reading a minute up to now.
  void observe(Milliseconds since, double used = 0.2) {
    for (Milliseconds back = since; back >= Milliseconds(0); back -= minutes(1))
      memory_.observe(node("h1").at(kNow - back, ++sequence_).with(domain("a").used(used)));
  }
  Decision shrunk(std::int64_t by_mebibytes = 64) {
    Round round({node("h1").with(domain("a").used(0.2))});
    round.memory = &memory_;
    round.domain_fires("a", {ScaleMemory{.by_bytes = -by_mebibytes * kMebibyte}});
    return round.only();
  }
  model::MemoryPeaks memory_{hours(24)};
  std::uint64_t sequence_ = 0;
};

TEST_F(ShrinkFloorTest, TakesNothingFromAGuestThatIsNotKnownForAnHour) {
  EXPECT_THAT(refusals_of(shrunk()),
              ElementsAre("not_measured, what a needs is known for 0 ms: memory is taken only after 1 h of that "
                          "(shrink.observed)"));
  observe(minutes(59));
  EXPECT_EQ(step_of(shrunk()), "nothing");
}

TEST_F(ShrinkFloorTest, TakesFromAGuestThatIsKnownForAnHour) {
  observe(minutes(60));
  EXPECT_EQ(step_of(shrunk()), "balloon 512 MiB → 448 MiB");
}

TEST_F(ShrinkFloorTest, TakesNothingFromAGuestThatBootedElevenSecondsAgo) {
  observe(hours(3));
  memory_.note_boot(uuid_of("a"), kNow - seconds(11));
  EXPECT_THAT(refusals_of(shrunk()), ElementsAre(HasSubstr("what a needs is known for 11 s since it booted")));
}

TEST_F(ShrinkFloorTest, LeavesRoomForTheLargestPeakOfTheDay) {
  observe(hours(3));
  EXPECT_EQ(step_of(shrunk(400)), "balloon 512 MiB → 146 MiB") << "102 MiB are 70 % of it";
  memory_.note_past(uuid_of("a"), kNow - hours(20), 350 * kMebibyte);
  EXPECT_EQ(step_of(shrunk(400)), "balloon 512 MiB → 500 MiB") << "350 MiB are 70 % of it";
  memory_.note_past(uuid_of("a"), kNow - hours(20), 400 * kMebibyte);
  EXPECT_THAT(
      refusals_of(shrunk(400)),
      ElementsAre(HasSubstr("at_limit, a has 512 MiB and keeps at least 571 MiB (it used 400 MiB at its peak within "
                            "the last 24 h")));
}

TEST_F(ShrinkFloorTest, LeavesWhatTheGuestCouldNotDoWithout) {
  observe(hours(3));
  memory_.raise_floor(uuid_of("a"), {500 * kMebibyte, kNow - minutes(10), "a swaps in 1 MiB a second"});
  EXPECT_EQ(step_of(shrunk()), "balloon 512 MiB → 500 MiB");
  memory_.raise_floor(uuid_of("a"), {512 * kMebibyte, kNow - minutes(10), "a swaps in 1 MiB a second"});
  EXPECT_THAT(refusals_of(shrunk()), ElementsAre(HasSubstr("keeps at least 512 MiB (less was not enough 10 min ago: a "
                                                           "swaps in 1 MiB a second)")));
}

}  // namespace
}  // namespace hotspot::plan
