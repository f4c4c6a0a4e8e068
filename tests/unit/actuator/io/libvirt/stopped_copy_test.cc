#include "actuator/io/libvirt/stopped_copy.h"

#include <gtest/gtest.h>

#include "telemetry/units.h"

namespace hotspot::io {
namespace {

constexpr std::int64_t kMiB = kMebibyte, kLimit = 20 * kMiB;

StoppedCopy::Time after(int ms) { return StoppedCopy::Time(std::chrono::milliseconds(ms)); }

TEST(StoppedCopy, IsWhatCameAfterTheLastCountBeforeTheStop) {
  StoppedCopy copy;
  copy.note(after(900), after(905), 90 * kMiB);
  copy.note(after(970), after(975), 92 * kMiB);
  copy.note(after(1000), after(1030), 99 * kMiB);
  EXPECT_EQ(copy.least_bytes(after(1020), 100 * kMiB, kLimit), 7 * kMiB)
      << "what was told after the stop may count what was sent since; in 50 ms a slow link sends 1 MiB";
}

TEST(StoppedCopy, LeavesOutWhatMayHaveBeenSentBetween) {
  StoppedCopy copy;
  copy.note(after(750), after(755), 80 * kMiB);
  EXPECT_EQ(copy.least_bytes(after(1000), 100 * kMiB, kLimit), 11 * kMiB) << "250 ms: 5 MiB, and two windows of 2 MiB";
  EXPECT_EQ(copy.least_bytes(after(1000), 88 * kMiB, kLimit), 0);
}

TEST(StoppedCopy, IsNotKnownWhereNobodyAskedBefore) {
  StoppedCopy copy;
  EXPECT_EQ(copy.least_bytes(after(1000), 100 * kMiB, kLimit), std::nullopt);
  copy.note(after(990), after(1005), 92 * kMiB);
  EXPECT_EQ(copy.least_bytes(after(1000), 100 * kMiB, kLimit), std::nullopt);
}

}  // namespace
}  // namespace hotspot::io
