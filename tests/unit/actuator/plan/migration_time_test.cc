#include "actuator/plan/migration_time.h"

#include <gtest/gtest.h>

#include "telemetry/units.h"

#include <cmath>

#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

constexpr double kRoute = 100.0 * kMebibyte;

TEST(MigrationTime, OfAGuestThatWritesNothingIsItsMemoryOverTheLink) {
  const MigrationEstimate estimate = estimate_migration(1000 * kMebibyte, 0, kRoute);
  EXPECT_DOUBLE_EQ(estimate.total_seconds, 10);
  EXPECT_EQ(estimate.downtime_seconds, 0);
}

TEST(MigrationTime, CountsTheRoundsOfAGuestThatWrites) {
  // λ = 0.5, 10 s a pass: 10 + 5 + 2.5 + 1.25 + 0.625 + 0.3125 leave 0.15625 s, which is within 0.3 s.
  const MigrationEstimate estimate = estimate_migration(1000 * kMebibyte, kRoute / 2, kRoute, 0.3);
  EXPECT_EQ(estimate.rounds, 6);
  EXPECT_NEAR(estimate.total_seconds, 19.84375, 1e-9);
  EXPECT_NEAR(estimate.downtime_seconds, 0.15625, 1e-9);
}

TEST(MigrationTime, IsLongerForAGuestThatWritesMore) {
  double before = 0;
  for (const double share : {0.0, 0.1, 0.5, 0.9, 0.99}) {
    const double now = estimate_migration(1000 * kMebibyte, share * kRoute, kRoute).total_seconds;
    EXPECT_GT(now, before) << share;
    before = now;
  }
}

TEST(MigrationTime, NeverEndsForAGuestThatWritesAsFastAsTheLinkCarries) {
  EXPECT_TRUE(std::isinf(estimate_migration(1000 * kMebibyte, kRoute, kRoute).total_seconds));
}

TEST(MigrationTime, OfAGuestThatFitsIntoTheDowntimeIsOneStop) {
  const MigrationEstimate estimate = estimate_migration(10 * kMebibyte, kRoute, kRoute, 0.3);
  EXPECT_EQ(estimate.rounds, 0);
  EXPECT_DOUBLE_EQ(estimate.downtime_seconds, 0.1);
}

TEST(MigrationTime, TakesADirtyRateThatWasNotMeasuredForNone) {
  EXPECT_EQ(estimate_migration(1000 * kMebibyte, std::nullopt, kRoute).total_seconds,
            estimate_migration(1000 * kMebibyte, 0, kRoute).total_seconds);
}

TEST(MigrationTime, OfAGuestThatWritesTheSamePagesAgainDependsOnHowManyTheyAre) {
  // Faster than the link, but only 20 MiB: one more round, which fits into the downtime.
  const MigrationEstimate few = estimate_migration({1000 * kMebibyte, 3 * kRoute, 20.0 * kMebibyte}, {kRoute, 0.3, {}});
  EXPECT_EQ(few.rounds, 1);
  EXPECT_NEAR(few.total_seconds, 10.2, 1e-9);
  EXPECT_TRUE(std::isinf(
      estimate_migration({1000 * kMebibyte, 3 * kRoute, 200.0 * kMebibyte}, {kRoute, 0.3, {}}).total_seconds));
}

TEST(MigrationTime, CountsRoundsAsQemuEndsThemWithAPartUnsent) {
  // λ = 0.3, and 0.15 s stay unsent: 9.85 s, 2.955, 0.8865, 0.266, 0.08; then 0.174 s are left, which fit.
  const MigrationPath qemu{kRoute, 0.2, {}, 0.15};
  const MigrationEstimate estimate = estimate_migration({1000 * kMebibyte, 0.3 * kRoute, {}}, qemu);
  EXPECT_EQ(estimate.rounds, 5);
  EXPECT_NEAR(estimate.total_seconds, 9.85 * (1 - std::pow(0.3, 5)) / 0.7 + estimate.downtime_seconds, 1e-9);
  EXPECT_NEAR(estimate.downtime_seconds, 0.15 + 9.85 * std::pow(0.3, 5), 1e-9);
  // What stayed unsent is others' pages; once they are sent too, what it writes again and again is all that is left.
  const MigrationEstimate few = estimate_migration({1000 * kMebibyte, 3 * kRoute, 15.0 * kMebibyte}, qemu);
  EXPECT_EQ(few.rounds, 2);
  EXPECT_NEAR(few.total_seconds, 9.85 + 0.15 + 0.15, 1e-9);
}

TEST(MigrationTime, IsLongerWithoutKvmWhereTheGuestIsSlowedDown) {
  const GuestMemory memory{1000 * kMebibyte, 1.2 * kRoute, std::nullopt};
  MigrationPath path{kRoute, 0.3, Throttle{0.98, 0.01}};
  const double with_kvm = estimate_migration(memory, path).total_seconds;
  path.emulated = true;
  EXPECT_NEAR(estimate_migration(memory, path).total_seconds - with_kvm, 2.5 * 0.01 / 0.02, 1e-9);
  const GuestMemory calm{1000 * kMebibyte, 0.1 * kRoute, std::nullopt};
  EXPECT_EQ(estimate_migration(calm, path).total_seconds, estimate_migration(calm, {kRoute, 0.3, {}}).total_seconds);
}

TEST(MigrationTime, OfOneThatNeverEndsIsAMonthForAWindow) {
  EXPECT_EQ(length_of(estimate_migration(1000 * kMebibyte, 2 * kRoute, kRoute)), std::chrono::hours(30 * 24));
  EXPECT_EQ(length_of({1.5, 0, 1, 0}), Milliseconds(1500));
}

TEST(MigrationTime, EndsWithAutoConvergeWhereItWouldNotEndWithout) {
  const GuestMemory memory{1000 * kMebibyte, 1.2 * kRoute, std::nullopt};
  EXPECT_TRUE(std::isinf(estimate_migration(memory, {kRoute, 0.3, {}}).total_seconds));
  const MigrationEstimate slowed = estimate_migration(memory, {kRoute, 0.3, Throttle{}});
  EXPECT_TRUE(std::isfinite(slowed.total_seconds));
  EXPECT_GT(slowed.throttle_ratio, 0.2);
  EXPECT_LT(estimate_migration(memory, {kRoute, 0.3, Throttle{0.6, 0.1}}).total_seconds, slowed.total_seconds);
}

TEST(MigrationTime, OfAGuestThatIdlesMuchIsHardlyShortenedBySlowingItDownALittle) {
  const MigrationPath half{kRoute, 0.3, Throttle{0.5, 0.1}};
  const GuestMemory busy{1000 * kMebibyte, 1.2 * kRoute, std::nullopt, 1},
      idle{1000 * kMebibyte, 1.2 * kRoute, std::nullopt, 0.1};
  EXPECT_GT(estimate_migration(idle, half).total_seconds, 1.5 * estimate_migration(busy, half).total_seconds);
}

TEST(MigrationTime, CountsAPageThatIsWrittenWhileItIsPendingOnce) {
  // It writes 60 MiB again and again, at half of the link, and 45 stay unsent: after two rounds only these 60 are left,
  // and most of what it writes is pending already.
  const MigrationPath qemu{kRoute, 0.5, {}, 0.45};
  const MigrationEstimate estimate = estimate_migration({1000 * kMebibyte, 0.5 * kRoute, 60.0 * kMebibyte}, qemu);
  EXPECT_EQ(estimate.rounds, 3);
  EXPECT_NEAR(estimate.total_seconds, 9.55 + 0.6 + 0.075 + estimate.downtime_seconds, 1e-9);
  EXPECT_NEAR(estimate.downtime_seconds, 0.45 + 0.15 * 0.0625, 1e-9) << "of 15 MiB, what 3.75 of 60 hit";
}

TEST(MigrationTime, CountsPagesThatAreZeroAmongThoseThatStayUnsent) {
  // Of 4000 MiB, 1000 are in use: of the last second's worth, which stays unsent, an eighth.
  const MigrationPath qemu{kRoute, 1.05, {}, 1.0};
  GuestMemory memory{1000 * kMebibyte, 0.0, std::nullopt};
  EXPECT_NEAR(estimate_migration(memory, qemu).downtime_seconds, 1.0, 1e-9);
  memory.whole_bytes = 4000.0 * kMebibyte;
  const MigrationEstimate estimate = estimate_migration(memory, qemu);
  EXPECT_NEAR(estimate.downtime_seconds, 0.125, 1e-9);
  EXPECT_NEAR(estimate.total_seconds, 10, 1e-9);
}

TEST(MigrationTime, OfTheLastPassGoesByTheRateOfALinkWithoutALimit) {
  MigrationPath limited{kRoute, 0.2, {}};
  limited.stop_bytes_per_second = 4 * kRoute;
  const GuestMemory memory{1000 * kMebibyte, 0.3 * kRoute, std::nullopt};
  const double slow = estimate_migration(memory, {kRoute, 0.2, {}}).downtime_seconds;
  EXPECT_NEAR(estimate_migration(memory, limited).downtime_seconds, slow / 4, 1e-9);
}

}  // namespace
}  // namespace hotspot::plan
