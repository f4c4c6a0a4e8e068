// Migrations as QEMU tells of them, polled four times a second.
#include "actuator/act/stall.h"

#include <gtest/gtest.h>

namespace hotspot::act {
namespace {

constexpr Milliseconds kPoll{250};
constexpr Milliseconds kLimit{std::chrono::seconds(150)};

// Sends round by round over a link; `next` says with how many MiB the next round begins. The time at which the watch
// gave it up, if it did within the hours.
template <typename Next>
std::optional<Milliseconds> given_up(double first_mib, double link_mib, Next next) {
  StallWatch watch(kLimit);
  double left = first_mib, round_began_with = first_mib;
  std::int64_t round = 1, throttle = 0;
  for (Milliseconds now{0}; now < std::chrono::hours(2); now += kPoll) {
    ports::MigrationProgress progress;
    progress.memory_remaining_bytes = static_cast<std::int64_t>(left * kMebibyte);
    progress.iteration = round;
    progress.throttle_percent = throttle;
    if (watch.stalled(progress, now)) return now;
    left -= link_mib * 0.25;
    if (left > 0) continue;
    left = round_began_with = next(round_began_with, throttle);
    ++round;
    if (left < 1) return std::nullopt;  // done
  }
  return std::nullopt;
}

TEST(StallWatch, EndsAGuestThatRewritesItsMemoryAsFastAsTheLink) {
  const auto at = given_up(200, 20, [](double, std::int64_t&) { return 60.0; });
  ASSERT_TRUE(at);
  // 200 MiB go out in 10 s, the second round begins with less: 3 s more of progress, and then the limit.
  EXPECT_NEAR(to_seconds(*at), 163, 5);
}

TEST(StallWatch, IsNotDeceivedByRoundsThatDifferALittle) {
  int round = 0;
  const auto at = given_up(200, 20, [&](double, std::int64_t&) { return 60.0 - 0.01 * ++round; });
  EXPECT_TRUE(at);
}

TEST(StallWatch, LeavesALargeGuestAloneWhoseSecondRoundTakesMinutes) {
  // 100 GiB, half of it written again in each round: the second round takes eight minutes, and is fine.
  EXPECT_FALSE(given_up(100 * 1024, 100, [](double before, std::int64_t&) { return before / 2; }));
}

TEST(StallWatch, WaitsWhileTheGuestIsSlowedDownFurther) {
  int round = 0;
  EXPECT_FALSE(given_up(4000, 20, [&](double, std::int64_t& throttle) {
    throttle += 10;
    return ++round > 8 ? 0.0 : 2900.0;  // rounds of 145 s
  }));
}

TEST(StallWatch, CountsAMigrationThatSendsNothingAtAll) {
  StallWatch watch(kLimit);
  EXPECT_FALSE(watch.stalled({}, Milliseconds(0)));
  EXPECT_FALSE(watch.stalled({}, kLimit - Milliseconds(1)));
  EXPECT_TRUE(watch.stalled({}, kLimit));
}

ports::MigrationProgress copying(std::int64_t disk_remaining) {
  ports::MigrationProgress progress;
  progress.disk_total_bytes = 100 * kGibibyte;
  progress.disk_remaining_bytes = disk_remaining;
  return progress;
}

TEST(StallWatch, WaitsForDisksAsLongAsTheyGetLess) {
  StallWatch watch(kLimit);
  for (int minute = 0; minute < 100; ++minute)
    ASSERT_FALSE(watch.stalled(copying((100 - minute) * kGibibyte), std::chrono::minutes(minute)));
  EXPECT_FALSE(watch.stalled(copying(kGibibyte), std::chrono::minutes(99) + kLimit - Milliseconds(1)));
  EXPECT_TRUE(watch.stalled(copying(2 * kGibibyte), std::chrono::minutes(99) + kLimit));
  EXPECT_EQ(watch.least_remaining_bytes(), kGibibyte);
}

// libvirt says that nothing is left of the memory until QEMU has begun with it.
TEST(StallWatch, IsNotDeceivedByTheTimeBeforeMemoryIsBegunWith) {
  StallWatch watch(kLimit);
  ports::MigrationProgress connecting;
  connecting.iteration = 0;
  connecting.memory_remaining_bytes = 0;
  Milliseconds now{0};
  for (; now < std::chrono::seconds(2); now += kPoll) ASSERT_FALSE(watch.stalled(connecting, now));
  ports::MigrationProgress disks = connecting;
  for (disks.disk_remaining_bytes = 200 * kMebibyte; *disks.disk_remaining_bytes > 0; now += kPoll) {
    *disks.disk_remaining_bytes -= kMebibyte / 4;
    ASSERT_FALSE(watch.stalled(disks, now));
  }
  ports::MigrationProgress sending;
  sending.iteration = 1;
  for (std::int64_t left = 64 * kGibibyte; left > 0; left -= 25 * kMebibyte, now += kPoll) {
    sending.memory_remaining_bytes = left;
    ASSERT_FALSE(watch.stalled(sending, now)) << left / kMebibyte << " MiB are left";
  }
  EXPECT_LT(watch.least_remaining_bytes(), kGibibyte);
}

TEST(StallWatch, EndsAMigrationThatNeverBegins) {
  StallWatch watch(kLimit);
  ports::MigrationProgress connecting;
  connecting.iteration = 0;
  EXPECT_FALSE(watch.stalled(connecting, Milliseconds(0)));
  EXPECT_TRUE(watch.stalled(connecting, kLimit));
}

}  // namespace
}  // namespace hotspot::act
