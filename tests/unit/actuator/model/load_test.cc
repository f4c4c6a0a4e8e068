#include "actuator/model/load.h"

#include <gtest/gtest.h>

#include "actuator/model/action.h"
#include "actuator/model/text.h"
#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::domain;

TEST(Load, OfADomainInCoresIsItsRatioTimesItsVcpus) {
  EXPECT_EQ(domain_cores_used(domain("a").vcpus(4, 8).cpu(0.5)), 2.0);
}

TEST(Load, MemoryUsedIsTheGuestsOwnView) {
  EXPECT_DOUBLE_EQ(*domain_memory_used_ratio(domain("a").used(0.25)), 0.25);
  EXPECT_EQ(domain_memory_used_ratio(domain("a").set(&telemetry::DomainSample::memory_usable_bytes, std::nullopt)),
            std::nullopt);
}

TEST(Volume, IsTheProductOfOneOverTheIdleShares) {
  EXPECT_DOUBLE_EQ(*domain_volume(domain("a").cpu(0.5).used(0.75)), 2 * 4);
}

TEST(Volume, StaysFiniteForAFullResource) { EXPECT_NEAR(*domain_volume(domain("a").cpu(1.0).used(0)), 100, 1e-9); }

TEST(Vsr, IsVolumePerGibibyte) {
  EXPECT_DOUBLE_EQ(*domain_vsr(domain("a").memory(512 * kMebibyte, kGibibyte).cpu(0.5).used(0)), 4);
}

TEST(Text, IsWhatAPersonWouldWrite) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1536 * kMebibyte), "1.5 GiB");
  EXPECT_EQ(bytes_text(-100 * kMebibyte), "-100 MiB");
  EXPECT_EQ(ratio_text(0.916), "92 %");
  EXPECT_EQ(ratio_text(0.004), "0.4 %");
  EXPECT_EQ(duration_text(Milliseconds(850)), "850 ms");
  EXPECT_EQ(duration_text(Milliseconds(185'000)), "3 min 5 s");
  EXPECT_EQ(duration_text(Milliseconds(7'800'000)), "2 h 10 min");
}

TEST(Step, DescribesItselfFromWhatToWhat) {
  EXPECT_EQ(describe(SetVcpus{1, 2}), "vCPUs 1 → 2");
  EXPECT_EQ(describe(SetBalloon{128 * kMebibyte, 228 * kMebibyte}), "balloon 128 MiB → 228 MiB");
  EXPECT_EQ(describe(MigrateTo{"u", "h2", "qemu+tcp://h2/system"}), "migrate to h2");
}

TEST(ActionState, ReadsBackWhatItWrites) {
  for (const ActionState state :
       {ActionState::kIntent, ActionState::kStarted, ActionState::kProgress, ActionState::kVerifying,
        ActionState::kDone, ActionState::kFailed, ActionState::kAborted, ActionState::kSkipped}) {
    EXPECT_EQ(action_state_from_string(to_string(state)), state);
  }
  EXPECT_EQ(action_state_from_string("finished"), std::nullopt);
}

}  // namespace
}  // namespace hotspot::model
