// What guests needed over hours, since when it is known, and when they booted.
#include "actuator/model/memory_peaks.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kMiB = kMebibyte;

testing::DomainBuilder guest(std::int64_t used_mib) {
  return domain("a")
      .memory(512 * kMiB, 1024 * kMiB)
      .set(&DomainSample::memory_available_bytes, 512 * kMiB)
      .set(&DomainSample::memory_usable_bytes, (512 - used_mib) * kMiB)
      .set(&DomainSample::minor_faults_per_second, 10.0);
}

class MemoryPeaksTest : public ::testing::Test {
 protected:
  void at(Milliseconds since, const telemetry::DomainSample& sample, const std::string& on = "h1") {
    peaks_.observe(node(on).at(kNow + since, ++sequence_).with(sample));
  }
  void without(Milliseconds since) { peaks_.observe(node("h1").at(kNow + since, ++sequence_)); }
  void seconds_of(int from, int to, std::int64_t used_mib) {
    for (int second = from; second < to; ++second) at(seconds(second), guest(used_mib));
  }
  const DomainMemory& known() const { return *peaks_.find(uuid_of("a")); }
  Milliseconds observed(Milliseconds since) const { return known().observed(kNow + since); }

  MemoryPeaks peaks_{hours(24)};
  std::uint64_t sequence_ = 0;
};

TEST_F(MemoryPeaksTest, RemembersAPeakOfOneReadingForADay) {
  for (int minute = 0; minute < 23 * 60; ++minute) at(minutes(minute), guest(minute == 3 ? 400 : 100));
  EXPECT_EQ(known().largest()->used_bytes, 400 * kMiB);
  for (int minute = 23 * 60; minute < 26 * 60; ++minute) at(minutes(minute), guest(100));
  peaks_.forget_old(kNow + hours(26));
  EXPECT_EQ(known().largest()->used_bytes, 100 * kMiB) << "a day later it is history";
  EXPECT_LE(known().peaks.size(), 25u) << "bounded, however long it runs";
}

TEST_F(MemoryPeaksTest, KnowsAGuestSinceItsFirstReading) {
  EXPECT_EQ(peaks_.find(uuid_of("a")), nullptr);
  seconds_of(0, 100, 50);
  EXPECT_EQ(observed(seconds(100)), seconds(100));
}

TEST_F(MemoryPeaksTest, BeginsAnewAfterAGapInWhichAnythingMayHaveHappened) {
  seconds_of(0, 100, 300);
  seconds_of(1000, 1010, 50);
  EXPECT_EQ(observed(seconds(1010)), seconds(10));
  EXPECT_EQ(known().largest()->used_bytes, 300 * kMiB) << "its peaks still count";
}

TEST_F(MemoryPeaksTest, AGuestThatItsNodeShowsAgainHasBooted) {
  seconds_of(0, 100, 50);
  without(seconds(100));
  seconds_of(101, 110, 50);
  EXPECT_EQ(observed(seconds(110)), seconds(9));
}

TEST_F(MemoryPeaksTest, AGuestThatBeginsToTellOfItsMemoryHasBooted) {
  seconds_of(0, 100, 50);
  at(seconds(100), guest(50).set(&DomainSample::memory_usable_bytes, std::nullopt));
  seconds_of(101, 110, 50);
  EXPECT_EQ(observed(seconds(110)), seconds(9));
}

TEST_F(MemoryPeaksTest, AGuestWhoseFaultCountersBeginAnewHasBooted) {
  seconds_of(0, 100, 50);
  at(seconds(100), guest(50).set(&DomainSample::minor_faults_per_second, std::nullopt));
  seconds_of(101, 110, 50);
  EXPECT_EQ(observed(seconds(110)), seconds(10));
}

TEST_F(MemoryPeaksTest, ARebootThatLibvirtTellsOfCounts) {
  seconds_of(0, 100, 50);
  peaks_.note_boot(uuid_of("a"), kNow + seconds(90));
  EXPECT_EQ(observed(seconds(100)), seconds(10));
}

TEST_F(MemoryPeaksTest, AMigrationIsNoBoot) {
  seconds_of(0, 100, 50);
  for (int second = 100; second < 110; ++second) {
    without(seconds(second));
    at(seconds(second), guest(50).set(&DomainSample::minor_faults_per_second, std::nullopt), "h2");
  }
  EXPECT_EQ(observed(seconds(110)), seconds(110));
}

testing::DomainBuilder started(Milliseconds since) {
  return guest(50).set(&DomainSample::started_at, to_unix_ms(kNow + since) / 1000);
}

TEST_F(MemoryPeaksTest, AGuestBootedWhenItsProcessBeganWhateverHistoryTellsOfTheTimeBefore) {
  at(seconds(0), started(-minutes(20)));
  peaks_.note_past(uuid_of("a"), kNow - hours(5), 350 * kMiB);
  EXPECT_EQ(observed(seconds(0)), minutes(20));
  EXPECT_EQ(known().largest()->used_bytes, 350 * kMiB) << "what it used before still counts";
}

TEST_F(MemoryPeaksTest, ARestartThatIsQuickerThanTheReadingsIsSeenByTheProcess) {
  for (int second = 0; second < 100; ++second) at(seconds(second), started(-hours(2)));
  EXPECT_EQ(observed(seconds(100)), seconds(100));
  for (int second = 100; second < 110; ++second) at(seconds(second), started(seconds(99)));
  EXPECT_EQ(observed(seconds(110)), seconds(11));
}

TEST_F(MemoryPeaksTest, ARestartWhileNobodyLookedIsSeenByTheProcess) {
  for (int second = 0; second < 4000; ++second) at(seconds(second), started(-hours(2)));
  const auto before = peaks_.all();
  peaks_ = MemoryPeaks(hours(24));
  at(seconds(4060), started(seconds(4030)));
  peaks_.restore(before, kNow + seconds(4060));
  EXPECT_EQ(observed(seconds(4060)), seconds(30));
}

TEST_F(MemoryPeaksTest, TheSameProcessAfterASnapshotWithoutItHasNotBooted) {
  for (int second = 0; second < 100; ++second) at(seconds(second), started(-hours(2)));
  without(seconds(100));
  at(seconds(101), started(-hours(2)));
  EXPECT_EQ(observed(seconds(101)), seconds(101));
}

TEST_F(MemoryPeaksTest, ARebootWithinTheSameProcessIsStillInferred) {
  for (int second = 0; second < 100; ++second) at(seconds(second), started(-hours(2)));
  at(seconds(100), started(-hours(2)).set(&DomainSample::minor_faults_per_second, std::nullopt));
  EXPECT_EQ(observed(seconds(110)), seconds(10));
}

TEST_F(MemoryPeaksTest, TheProcessThatTakesAGuestOverIsNoBoot) {
  for (int second = 0; second < 100; ++second) at(seconds(second), started(-hours(2)));
  // Post-copy: libvirt says later that it was migrated.
  for (int second = 100; second < 110; ++second) at(seconds(second), started(seconds(95)), "h2");
  EXPECT_EQ(observed(seconds(110)), seconds(110));
  // Seen for the first time, but libvirt says where it is from; it was paused and resumed meanwhile.
  peaks_ = MemoryPeaks(hours(24));
  at(seconds(200), started(seconds(195)).set(&DomainSample::state_reason, "migrated"), "h2");
  at(seconds(201), started(seconds(195)), "h2");
  peaks_.note_past(uuid_of("a"), kNow, 50 * kMiB);
  EXPECT_EQ(observed(seconds(201)), seconds(201));
}

TEST_F(MemoryPeaksTest, AGuestThatIsStartedOnAnotherNodeHasBooted) {
  for (int second = 0; second < 100; ++second) at(seconds(second), started(-hours(2)));
  for (int second = 105; second < 110; ++second) at(seconds(second), started(seconds(103)), "h2");
  EXPECT_EQ(observed(seconds(110)), seconds(7));
}

TEST_F(MemoryPeaksTest, AClockThatIsAheadBootsNoGuestInTheFuture) {
  at(seconds(0), started(hours(3)));
  EXPECT_EQ(observed(seconds(5)), seconds(5));
}

TEST_F(MemoryPeaksTest, AFloorRisesAndIsForgottenAfterADay) {
  seconds_of(0, 10, 50);
  peaks_.raise_floor(uuid_of("a"), {400 * kMiB, kNow, "it swapped"});
  peaks_.raise_floor(uuid_of("a"), {300 * kMiB, kNow + hours(1), "it swapped again"});
  EXPECT_EQ(known().floor->bytes, 400 * kMiB);
  for (int minute = 0; minute < 30 * 60; ++minute) at(minutes(minute), guest(50));
  peaks_.forget_old(kNow + hours(24));
  EXPECT_TRUE(known().floor);
  peaks_.forget_old(kNow + hours(26));
  EXPECT_FALSE(known().floor);
}

TEST_F(MemoryPeaksTest, WhoTakesOverKnowsWhatWasKnownBefore) {
  seconds_of(0, 4000, 50);
  at(seconds(4000), guest(300));
  peaks_.raise_floor(uuid_of("a"), {400 * kMiB, kNow + seconds(4000), "it swapped"});
  const auto before = peaks_.all();
  peaks_ = MemoryPeaks(hours(24));
  seconds_of(4010, 4011, 50);
  peaks_.restore(before, kNow + seconds(4011));
  EXPECT_EQ(observed(seconds(4011)), seconds(4011));
  EXPECT_EQ(known().largest()->used_bytes, 300 * kMiB);
  EXPECT_EQ(known().floor->bytes, 400 * kMiB);
}

TEST_F(MemoryPeaksTest, WhoTakesOverAfterALongAbsenceKnowsThePeaksAndNotThatNothingHappened) {
  seconds_of(0, 4000, 300);
  const auto before = peaks_.all();
  peaks_ = MemoryPeaks(hours(24));
  seconds_of(8000, 8001, 50);
  peaks_.restore(before, kNow + seconds(8001));
  EXPECT_EQ(observed(seconds(8001)), seconds(1));
  EXPECT_EQ(known().largest()->used_bytes, 300 * kMiB);
}

TEST_F(MemoryPeaksTest, HistoryCountsAsKnownButDoesNotUndoABoot) {
  seconds_of(0, 10, 50);
  peaks_.note_past(uuid_of("a"), kNow - hours(3), 350 * kMiB);
  EXPECT_EQ(observed(seconds(0)), hours(3));
  EXPECT_EQ(known().largest()->used_bytes, 350 * kMiB);
  peaks_.note_boot(uuid_of("a"), kNow - minutes(5));
  EXPECT_EQ(observed(seconds(0)), minutes(5));
  peaks_.note_past(uuid_of("a"), kNow - hours(30), 500 * kMiB);
  EXPECT_EQ(known().largest()->used_bytes, 350 * kMiB) << "older than what is remembered";
}

TEST_F(MemoryPeaksTest, ForgetsDomainsThatAreGone) {
  seconds_of(0, 10, 50);
  peaks_.forget_old(kNow + hours(25));
  EXPECT_TRUE(peaks_.all().empty());
}

}  // namespace
}  // namespace hotspot::model
