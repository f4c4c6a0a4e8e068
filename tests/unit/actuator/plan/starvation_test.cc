// A kill for want of memory, by what the guest tells of it.
#include "actuator/plan/starvation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::plan {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using telemetry::DomainSample;
using ::testing::HasSubstr;

struct Guest {
  std::int64_t used_mib = 60;
  double faults = 50, major_faults = 0, swap_in = 0;
  std::int64_t available_mib = 128;
};

class StarvationTest : public ::testing::Test {
 protected:
  std::string look(const Guest& guest) {
    now_ += Milliseconds(1000);
    return watch_
        .look(domain("a")
                  .set(&DomainSample::memory_available_bytes, guest.available_mib * kMebibyte)
                  .set(&DomainSample::memory_usable_bytes, (guest.available_mib - guest.used_mib) * kMebibyte)
                  .set(&DomainSample::minor_faults_per_second, guest.faults)
                  .set(&DomainSample::major_faults_per_second, guest.major_faults)
                  .set(&DomainSample::swap_in_bytes_per_second, guest.swap_in),
              now_)
        .value_or("");
  }
  void is_quiet(int readings, const Guest& guest = {}) {
    for (int i = 0; i < readings; ++i) EXPECT_EQ(look(guest), "") << "reading " << i;
  }
  StarvationWatch watch_;
  WallTime now_ = kNow;
};

TEST_F(StarvationTest, SaysNothingOfAGuestThatIsWell) {
  is_quiet(120);
  is_quiet(5, {.used_mib = 90, .faults = 7000});
  is_quiet(120);
}

TEST_F(StarvationTest, SeesMemoryThatIsFreeAtOnceAfterTheGuestWasFull) {
  is_quiet(100);
  is_quiet(1, {.used_mib = 118, .faults = 14000});
  EXPECT_EQ(
      look({.used_mib = 60}),
      "a has 58 MiB less in use at once, right after it was short of memory: a process was killed for want of it, "
      "or gave up");
}

TEST_F(StarvationTest, SeesMemoryThatIsFreeAtOnceAfterProgramsWereReadBack) {
  is_quiet(100);
  EXPECT_THAT(look({.used_mib = 20, .major_faults = 2000}), HasSubstr("40 MiB less in use"));
}

TEST_F(StarvationTest, SeesAPeakThatCameAndWentBetweenTwoReadings) {
  is_quiet(100);
  // 68 MiB were left; 20,000 pages are 78 MiB.
  EXPECT_THAT(look({.faults = 20000}), HasSubstr("a asked for 78 MiB between two readings, had 68 MiB left"));
}

TEST_F(StarvationTest, SaysNothingOfAGuestThatGrowsAndKeepsIt) {
  is_quiet(100);
  is_quiet(1, {.used_mib = 100, .faults = 10240});
  is_quiet(3, {.used_mib = 100});
}

TEST_F(StarvationTest, SaysNothingOfAGuestThatBeginsManyProgramsAllTheTime) { is_quiet(200, {.faults = 40000}); }

TEST_F(StarvationTest, SaysNothingOfWorkThatEndsInAGuestWithRoom) {
  is_quiet(100, {.used_mib = 100});
  is_quiet(10, {.used_mib = 40});
}

TEST_F(StarvationTest, SaysNothingAcrossAGap) {
  is_quiet(100, {.used_mib = 120});
  now_ += std::chrono::minutes(5);
  is_quiet(1, {.used_mib = 40});
}

}  // namespace
}  // namespace hotspot::plan
