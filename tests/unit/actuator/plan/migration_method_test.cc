#include "actuator/plan/migration_method.h"

#include <gtest/gtest.h>

#include "telemetry/units.h"

#include <cmath>

namespace hotspot::plan {
namespace {

MigrationOutlook outlook(double memory_mib, std::optional<double> dirty_mib, double link_mib) {
  MigrationOutlook made;
  made.memory.bytes = static_cast<std::int64_t>(memory_mib * kMebibyte);
  if (dirty_mib) made.memory.dirty_bytes_per_second = *dirty_mib * kMebibyte;
  made.bytes_per_second = link_mib * kMebibyte;
  made.overhead_seconds = 1;
  return made;
}

TEST(MigrationMethod, OfAGuestThatWritesLittleIsPlainPreCopy) {
  const auto method = choose_migration({}, outlook(200, 5, 20));
  ASSERT_TRUE(method) << method.error().message;
  EXPECT_EQ(method->name(), "pre-copy");
  EXPECT_GT(method->estimate.total_seconds, 1 + 200.0 / 20) << "with the overhead, and the rounds";
}

TEST(MigrationMethod, LeavesRoomWithinTheDowntimeForWhatIsNotCopying) {
  EXPECT_EQ(choose_migration({}, outlook(200, 5, 20))->downtime_limit_ms, 200);
  EXPECT_EQ(choose_migration({.max_downtime_ms = 30}, outlook(200, 5, 20))->downtime_limit_ms, 20);
}

TEST(MigrationMethod, SlowsAGuestDownThatWritesAsFastAsTheLinkToHalfOfIt) {
  const auto method = choose_migration({}, outlook(200, 40, 20));
  ASSERT_TRUE(method) << method.error().message;
  ASSERT_TRUE(method->throttle);
  EXPECT_NEAR(method->throttle->initial_ratio, 0.75, 1e-9);
  EXPECT_TRUE(std::isfinite(method->estimate.total_seconds));
  EXPECT_GE(method->estimate.throttle_ratio, 0.75);
  EXPECT_EQ(method->name(), "pre-copy with auto-converge from 75 %");
}

TEST(MigrationMethod, SlowsAGuestThatIdlesMuchDownByWhatItIdlesAsWell) {
  MigrationOutlook idle = outlook(200, 40, 20);
  idle.memory.busy_ratio = 0.2;
  EXPECT_NEAR(choose_migration({}, idle)->throttle->initial_ratio, 0.95, 1e-9);
  idle.memory.busy_ratio = 0.05;  // almost to a halt, at once: there is nothing left to raise, and it ends
  const auto method = choose_migration({}, idle);
  ASSERT_TRUE(method) << method.error().message;
  EXPECT_NEAR(method->throttle->initial_ratio, 0.99, 1e-9);
}

// Under a limit of 20 MiB/s, over a link that was seen to carry 100.
MigrationOutlook limited(double dirty_mib, double writable_mib) {
  MigrationOutlook made = outlook(200, dirty_mib, 20);
  made.memory.writable_bytes = writable_mib * kMebibyte;
  made.stop_bytes_per_second = 100.0 * kMebibyte;
  return made;
}
const MigrationSettings kLimited{.bandwidth_bytes_per_second = 20 * kMebibyte};

TEST(MigrationMethod, LeavesAsMuchForTheDowntimeAsTheLinkCarriesOnceTheLimitIsLifted) {
  const auto method = choose_migration(kLimited, limited(40, 18));
  ASSERT_TRUE(method) << method.error().message;
  EXPECT_EQ(method->downtime_limit_ms, 1000) << "QEMU counts 20 MiB/s";
  EXPECT_FALSE(method->throttle);
  EXPECT_LE(method->estimate.downtime_seconds, 0.2);
  EXPECT_LT(method->estimate.total_seconds, 1 + 200.0 / 20 + 1);
}

TEST(MigrationMethod, CountsOnTheLimitThatQemuIsToldHoweverSlowTheRoundsWere) {
  MigrationOutlook slow = limited(40, 18);
  slow.bytes_per_second = 10.0 * kMebibyte;
  const auto method = choose_migration(kLimited, slow);
  ASSERT_TRUE(method) << method.error().message;
  EXPECT_LE(method->downtime_limit_ms, 1000) << "QEMU may count 20 MiB/s, of which 100 MiB/s carry five times as much";
  slow.storage = {100.0 * kMebibyte, 20.0 * kMebibyte, 15.0 * kMebibyte};
  EXPECT_LE(choose_migration(kLimited, slow)->downtime_limit_ms, 1000);
  const MigrationSettings tiny{.bandwidth_bytes_per_second = 1000};
  EXPECT_LE(choose_migration(tiny, slow)->downtime_limit_ms, 3200) << "libvirt takes 1 MiB/s for the least";
  const MigrationSettings long_one{.bandwidth_bytes_per_second = 20 * kMebibyte, .max_downtime_ms = 4000};
  EXPECT_LE(choose_migration(long_one, limited(40, 60))->downtime_limit_ms, 5000);
}

TEST(MigrationMethod, UsesTheDowntimeUpOnlyWhereThatSavesTime) {
  EXPECT_EQ(choose_migration(kLimited, limited(1, 2))->downtime_limit_ms, 300) << "which take 60 ms";
  EXPECT_EQ(choose_migration({}, limited(40, 18))->downtime_limit_ms, 200) << "the link itself is so slow";
}

TEST(MigrationMethod, BeginsWithNoLongSleepsOfAGuestWithoutKvmForWhatIsOnlyAssumed) {
  MigrationOutlook emulated = outlook(200, 180, 20);
  emulated.memory.writable_bytes = 8.0 * kMebibyte;
  emulated.dirty_assumed = true;
  EXPECT_TRUE(choose_migration({}, emulated)->throttle);
  emulated.emulated = true;
  const auto method = choose_migration({}, emulated);
  ASSERT_TRUE(method) << method.error().message;
  EXPECT_FALSE(method->throttle);
  EXPECT_GE(method->estimate.throttle_ratio, 0.8) << "QEMU gets there by itself";
}

TEST(MigrationMethod, RefusesWhatNeverEndsAndSaysWhatStandsAgainstWhat) {
  const auto method = choose_migration({.auto_converge = false}, outlook(200, 40, 20));
  ASSERT_FALSE(method);
  EXPECT_EQ(method.error().message,
            "it would never end: the guest writes 40 MiB/s, the link carries 20 MiB/s, and 'auto_converge' is off; "
            "'post_copy' is not allowed");
}

TEST(MigrationMethod, RefusesAlsoWithAutoConvergeWhereEvenThatIsNotEnough) {
  EXPECT_FALSE(choose_migration({}, outlook(200'000, 4000, 20)));
}

TEST(MigrationMethod, TurnsToPostCopyOnlyWherePreCopyDoesNotEnd) {
  const MigrationSettings settings{.auto_converge = false, .post_copy = true};
  const auto hopeless = choose_migration(settings, outlook(200, 40, 20));
  ASSERT_TRUE(hopeless) << hopeless.error().message;
  EXPECT_TRUE(hopeless->turn_early);
  const auto fine = choose_migration(settings, outlook(200, 5, 20));
  EXPECT_FALSE(fine->turn_early);
  EXPECT_TRUE(fine->post_copy) << "allowed as the last step, should it get nowhere after all";
}

TEST(MigrationMethod, TakesSeveralConnectionsOnlyForMuchMemoryOverALinkWithoutALimit) {
  const MigrationSettings settings{.connections = 4};
  EXPECT_EQ(choose_migration(settings, outlook(4096, 0, 1000))->connections, 4);
  EXPECT_EQ(choose_migration(settings, outlook(100, 0, 1000))->connections, 1);
  EXPECT_EQ(
      choose_migration({.bandwidth_bytes_per_second = 100 << 20, .connections = 4}, outlook(4096, 0, 100))->connections,
      1);
}

TEST(MigrationMethod, TakesADirtyRateThatIsNotKnownForNone) {
  EXPECT_EQ(choose_migration({}, outlook(200, std::nullopt, 20))->estimate.total_seconds,
            choose_migration({}, outlook(200, 0, 20))->estimate.total_seconds);
}

TEST(MigrationMethod, SlowsNoGuestDownWhoseWorkingSetFitsIntoTheDowntime) {
  MigrationOutlook small = outlook(200, 40, 20);
  small.memory.writable_bytes = 3 * kMebibyte;
  const auto method = choose_migration({}, small);
  ASSERT_TRUE(method);
  EXPECT_FALSE(method->throttle);
  EXPECT_LT(method->estimate.total_seconds, 12);
}

TEST(MigrationMethod, ExpectsRoundsNoLongerThanTheWorkingSet) {
  MigrationOutlook rewrites = outlook(160, 40, 20);
  const double unbounded = choose_migration({}, rewrites)->estimate.total_seconds;
  rewrites.memory.writable_bytes = 60 * kMebibyte;
  rewrites.memory.busy_ratio = 0.135;
  // 8 s, three rounds of 3 s until it is slowed down, and a rest: as measured on the rig with these figures.
  EXPECT_NEAR(choose_migration({}, rewrites)->estimate.total_seconds, 19, 2);
  EXPECT_GT(unbounded, 25);
}

}  // namespace
}  // namespace hotspot::plan
