#include "actuator/io/libvirt/migration_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace hotspot::io {
namespace {

using Mark = MigrationClock::Mark;

MigrationClock::Time at(int ms) { return MigrationClock::Time(std::chrono::milliseconds(ms)); }

TEST(MigrationClock, TellsThePhasesBetweenTheMarks) {
  MigrationClock clock;
  clock.mark(Mark::kCalled, at(100));
  clock.mark(Mark::kReserved, at(300));
  clock.mark_round(at(350));
  clock.mark_round(at(850));
  clock.mark(Mark::kSuspended, at(1000));
  clock.mark_round(at(1001));
  clock.mark(Mark::kResumed, at(1040));
  clock.mark(Mark::kReleased, at(1100));
  clock.mark(Mark::kReturned, at(1110));
  const ports::MigrationPhases phases = clock.phases();
  EXPECT_EQ(phases.initialization_ms, 200);
  EXPECT_EQ(phases.reservation_ms, 50);
  EXPECT_EQ(phases.precopy_ms, 650);
  EXPECT_EQ(phases.stop_and_copy_ms, 40);
  EXPECT_EQ(phases.commitment_ms, 60);
  EXPECT_EQ(phases.activation_ms, 10);
  EXPECT_EQ(phases.rounds, 2) << "the last pass, with the guest standing still, is no round";
  EXPECT_EQ(phases.first_round_ms, 500);
  EXPECT_EQ(phases.last_round_ms, 150);
}

TEST(MigrationClock, CountsTheCopyingOfDisksFromWhenTheTargetWaitsSoThatItLiesInsideTheReservation) {
  MigrationClock clock;
  clock.mark(Mark::kCalled, at(0));
  clock.mark(Mark::kReserved, at(400));
  EXPECT_EQ(clock.storage_ms(), std::nullopt) << "it goes on";
  clock.mark(Mark::kCopied, at(1400));
  clock.mark(Mark::kCopied, at(1900));
  clock.mark_round(at(1500));
  EXPECT_EQ(clock.storage_ms(), 1000) << "the first time counts";
  EXPECT_LE(clock.storage_ms(), clock.phases().reservation_ms);
}

TEST(MigrationClock, WaitsForTheEventsThatComeAfterTheCallHasReturnedAndCountsThemToItsEnd) {
  MigrationClock clock;
  clock.mark(Mark::kCalled, at(0));
  clock.mark_round(at(100));
  clock.mark(Mark::kSuspended, at(500));
  clock.mark(Mark::kReturned, at(600));
  std::thread libvirt([&clock] {
    clock.mark(Mark::kResumed, at(550));
    clock.mark(Mark::kReleased, at(900));
  });
  clock.wait_for_events(std::chrono::minutes(2));
  const ports::MigrationPhases phases = clock.phases();
  libvirt.join();
  EXPECT_EQ(phases.stop_and_copy_ms, 50);
  EXPECT_EQ(phases.commitment_ms, 50) << "the event was late, not what it tells";
  EXPECT_EQ(phases.activation_ms, 0);
}

TEST(MigrationClock, DoesNotWaitWhereNoEventEverCame) {
  MigrationClock clock;
  clock.mark(Mark::kCalled, at(0));
  clock.mark(Mark::kReturned, at(600));
  clock.wait_for_events(std::chrono::hours(1));
  EXPECT_EQ(clock.phases().commitment_ms, std::nullopt);
}

TEST(MigrationClock, TellsNothingOfAPhaseWhoseBeginningOrEndNobodySaw) {
  MigrationClock clock;
  clock.mark(Mark::kCalled, at(0));
  EXPECT_EQ(clock.phases().initialization_ms, std::nullopt);
  clock.mark(Mark::kCopied, at(10));
  EXPECT_EQ(clock.storage_ms(), std::nullopt);
}

}  // namespace
}  // namespace hotspot::io
