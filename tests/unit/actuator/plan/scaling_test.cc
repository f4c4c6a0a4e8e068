// How many vCPUs and how much memory: the limits, the expected growth, and the refusals with their sentences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::ScaleMemory;
using rules::ScaleVcpus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What one remedy for domain "a" on an idle node leads to.
Decision scaled(const telemetry::DomainSample& a, const rules::Remedy& remedy) {
  Round round({node("h1").cpus(64).memory(64 * kGibibyte, 60 * kGibibyte).with(a)});
  round.domain_fires("a", {remedy});
  return round.only();
}

telemetry::Policy vcpus_policy(std::optional<int> least, std::optional<int> most) {
  telemetry::Policy policy;
  policy.vcpus_min = least;
  policy.vcpus_max = most;
  return policy;
}

telemetry::Policy memory_policy(telemetry::MeasuredBytes least, telemetry::MeasuredBytes most) {
  telemetry::Policy policy;
  policy.memory_min_bytes = least;
  policy.memory_max_bytes = most;
  return policy;
}

std::int64_t balloon_goal_of(const Decision& decision) {
  const auto* step = decision.action ? std::get_if<model::SetBalloon>(&decision.action->step) : nullptr;
  EXPECT_NE(step, nullptr) << explain(decision);
  return step == nullptr ? -1 : step->to_bytes;
}

TEST(ScalingVcpus, AddsWhatTheRuleSays) {
  EXPECT_EQ(step_of(scaled(domain("a").cpu(0.95), ScaleVcpus{.by = 1})), "vCPUs 1 → 2");
  EXPECT_EQ(step_of(scaled(domain("a").cpu(0.95), ScaleVcpus{.by = 2})), "vCPUs 1 → 3");
}

TEST(ScalingVcpus, GoesUpToTheLeastOfWhatDomainPolicyAndRuleAllow) {
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(2, 4), ScaleVcpus{.by = 9})), "vCPUs 2 → 4");
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(2, 8).policy(vcpus_policy({}, 5)), ScaleVcpus{.by = 9})), "vCPUs 2 → 5");
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(2, 8).policy(vcpus_policy({}, 5)), ScaleVcpus{.by = 9, .max = 3})),
            "vCPUs 2 → 3");
}

TEST(ScalingVcpus, GoesDownToTheMostOfWhatPolicyAndRuleAskForAndNeverBelowOne) {
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(4, 4), ScaleVcpus{.by = -9})), "vCPUs 4 → 1");
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(4, 4).policy(vcpus_policy(2, {})), ScaleVcpus{.by = -9})), "vCPUs 4 → 2");
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(4, 4).policy(vcpus_policy(2, {})), ScaleVcpus{.by = -9, .min = 3})),
            "vCPUs 4 → 3");
}

TEST(ScalingVcpus, TakesNoneFromADomainWithoutKvm) {
  const auto a = domain("a").vcpus(2, 4).set(&model::DomainSample::emulated, true);
  EXPECT_THAT(refusals_of(scaled(a, ScaleVcpus{.by = -1})),
              ElementsAre("not_applicable, a keeps its 2 vCPUs: QEMU without KVM does not tell libvirt of one that "
                          "went, and would not survive a migration after that"));
  EXPECT_EQ(step_of(scaled(a, ScaleVcpus{.by = 1})), "vCPUs 2 → 3");
}

TEST(ScalingVcpus, SaysWhichLimitIsReached) {
  EXPECT_THAT(refusals_of(scaled(domain("a").vcpus(4, 4), ScaleVcpus{.by = 1})),
              ElementsAre("at_limit, a has 4 vCPUs, the limit is 4 (the domain's own 4, its policy's and the rule's)"));
  EXPECT_THAT(refusals_of(scaled(domain("a").vcpus(2, 4), ScaleVcpus{.by = -1, .min = 2})),
              ElementsAre(HasSubstr("at_limit, a has 2 vCPUs and keeps at least 2")));
}

TEST(ScalingVcpus, NeverGoesTheOtherWayWhenTheDomainIsBeyondALimitAlready) {
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(4, 8), ScaleVcpus{.by = 1, .max = 2})), "nothing");
  EXPECT_EQ(step_of(scaled(domain("a").vcpus(2, 8), ScaleVcpus{.by = -1, .min = 4})), "nothing");
}

TEST(ScalingVcpus, DoesNothingWhenTheVcpusAreNotMeasured) {
  EXPECT_THAT(refusals_of(scaled(domain("a").set(&model::DomainSample::vcpus, std::nullopt), ScaleVcpus{})),
              ElementsAre("not_measured, the vCPUs of a are not known"));
  EXPECT_THAT(refusals_of(scaled(domain("a").set(&model::DomainSample::vcpus_max, std::nullopt), ScaleVcpus{})),
              ElementsAre("not_measured, the vCPUs of a are not known"));
}

// The CPU of the node in cores after the domain, which uses 4 cores of 4, was given more.
double cores_after(const telemetry::DomainSample& a, int by) {
  const Decision decision = scaled(a, ScaleVcpus{.by = by});
  EXPECT_EQ(decision.effects.size(), 1u) << explain(decision);
  if (decision.effects.empty() || !decision.effects.front().cpu_ratio_after) return -1;
  return *decision.effects.front().cpu_ratio_after * 64 - 0.05 * 64;
}

TEST(ScalingVcpus, ExpectsHalfOfWhatTheDomainUsesAndAtMostWhatIsAdded) {
  EXPECT_NEAR(cores_after(domain("a").vcpus(4, 16).cpu(1.0), 1), 1, 1e-9) << "all that is added";
  EXPECT_NEAR(cores_after(domain("a").vcpus(4, 16).cpu(1.0), 8), 2, 1e-9) << "half of the 4 cores that it uses";
}

TEST(ScalingVcpus, ExpectsAllThatIsAddedWhenTheUseIsNotKnown) {
  EXPECT_NEAR(cores_after(domain("a").vcpus(4, 16).set(&model::DomainSample::cpu_ratio, std::nullopt), 8), 8, 1e-9);
}

TEST(ScalingVcpus, ExpectsNothingToBeFreedByTakingOneAway) {
  EXPECT_NEAR(cores_after(domain("a").vcpus(4, 16).cpu(0.1), -2), 0, 1e-9);
}

TEST(ScalingVcpus, KeepsTheNodeBelowItsCeilingAndSaysByHowMuchItWouldNot) {
  Round round({node("h1").cpu(0.75).with(domain("a").cpu(1.0))});
  round.domain_fires("a", {ScaleVcpus{}});
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("no_cpu, h1 would be at 88 % of its 4 CPUs, the ceiling is 80 %"));
  round.margins.node_cpu_ceiling_ratio = 0.9;
  EXPECT_EQ(step_of(round.only()), "vCPUs 1 → 2");
}

TEST(ScalingVcpus, TakesAwayEvenWhereTheNodeIsAboveItsCeiling) {
  Round round({node("h1").cpu(0.95).with(domain("a").vcpus(2, 4))});
  round.domain_fires("a", {ScaleVcpus{.by = -1}});
  EXPECT_EQ(step_of(round.only()), "vCPUs 2 → 1");
}

TEST(ScalingMemory, GrowsTheBalloonUpToTheLeastOfWhatDomainPolicyAndRuleAllow) {
  const auto a = domain("a").memory(512 * kMebibyte, 1024 * kMebibyte);
  EXPECT_EQ(step_of(scaled(a, ScaleMemory{.by_bytes = 100 * kMebibyte})), "balloon 512 MiB → 612 MiB");
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = 9 * kGibibyte})), 1024 * kMebibyte);
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = 9 * kGibibyte, .max_bytes = 800 * kMebibyte})),
            800 * kMebibyte);
  const auto wished = domain("a").policy(memory_policy({}, 700 * kMebibyte));
  EXPECT_EQ(balloon_goal_of(scaled(wished, ScaleMemory{.by_bytes = 9 * kGibibyte})), 700 * kMebibyte);
}

TEST(ScalingMemory, SaysWhichLimitIsReached) {
  EXPECT_THAT(refusals_of(scaled(domain("a").memory(kGibibyte, kGibibyte), ScaleMemory{.by_bytes = 100 * kMebibyte})),
              ElementsAre("at_limit, a has 1 GiB, the limit is 1 GiB; more would need <maxMemory slots='…'> in "
                          "its definition, or a virtio-mem device"));
}

TEST(ScalingMemory, NeverShrinksWhenItWasAskedToGrowBeyondALimit) {
  const auto a = domain("a").policy(memory_policy({}, 256 * kMebibyte));
  EXPECT_EQ(step_of(scaled(a, ScaleMemory{.by_bytes = 100 * kMebibyte})), "nothing");
}

TEST(ScalingMemory, KeepsTheNodesMarginAndSaysByHowMuchItWouldNot) {
  Round round({node("h1").memory(8 * kGibibyte, 900 * kMebibyte).with(domain("a"))});
  round.domain_fires("a", {ScaleMemory{.by_bytes = 512 * kMebibyte}});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("no_memory, h1 would have 388 MiB of 8 GiB memory available, the margin is 819 MiB"));
}

TEST(ScalingMemory, DoesNothingWhenTheNodesMemoryIsNotMeasured) {
  Round round({node("h1").set(&model::NodeSample::memory_available_bytes, std::nullopt).with(domain("a"))});
  round.domain_fires("a", {ScaleMemory{.by_bytes = 100 * kMebibyte}});
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("not_measured, h1 has not reported its available memory"));
}

TEST(ScalingMemory, LeavesTheGuestARoomOfThreeTenthsBesideWhatItUses) {
  const auto a = domain("a").memory(1000 * kMebibyte, 1000 * kMebibyte).used(0.35);
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = -100 * kMebibyte})), 900 * kMebibyte);
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = -900 * kMebibyte})), 500 * kMebibyte);
}

TEST(ScalingMemory, NeverTakesFromAGuestThatSwaps) {
  const auto a = domain("a").used(0.1).set(&model::DomainSample::swap_in_bytes_per_second, 4096.0);
  EXPECT_THAT(refusals_of(scaled(a, ScaleMemory{.by_bytes = -100 * kMebibyte})),
              ElementsAre("not_applicable, a swaps: memory is never taken from a guest that lacks it"));
}

TEST(ScalingMemory, CountsWhatKernelAndFirmwareKeepForThemselvesAsUsed) {
  const auto a = domain("a")
                     .memory(1024 * kMebibyte, 1024 * kMebibyte)
                     .set(&model::DomainSample::memory_available_bytes, 1000 * kMebibyte)
                     .set(&model::DomainSample::memory_usable_bytes, 650 * kMebibyte);
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = -kGibibyte})), (500 + 24) * kMebibyte);
}

TEST(ScalingMemory, NeverTakesBelowWhatPolicyAndRuleAskFor) {
  const auto a = domain("a").memory(1000 * kMebibyte, 1000 * kMebibyte).used(0.1);
  EXPECT_EQ(balloon_goal_of(scaled(a, ScaleMemory{.by_bytes = -kGibibyte, .min_bytes = 700 * kMebibyte})),
            700 * kMebibyte);
  auto wished = a;
  wished.policy(memory_policy(800 * kMebibyte, {}));
  EXPECT_EQ(balloon_goal_of(scaled(wished, ScaleMemory{.by_bytes = -kGibibyte, .min_bytes = 700 * kMebibyte})),
            800 * kMebibyte);
}

TEST(ScalingMemory, TakesFromNoMoreThanMayBeSetSoThatItCanBeGivenBack) {
  const auto a = domain("a").memory(320 * kMebibyte + 8 * kKibibyte, 320 * kMebibyte).used(0.1);
  const Decision decision = scaled(a, ScaleMemory{.by_bytes = -64 * kMebibyte});
  EXPECT_EQ(balloon_goal_of(decision), 256 * kMebibyte);
  EXPECT_EQ(std::get<model::SetBalloon>(decision.action->step).from_bytes, 320 * kMebibyte);
}

TEST(ScalingMemory, NeverTakesWithoutBalloonStatistics) {
  const auto expected = ElementsAre(
      "not_measured, a reports nothing about its own memory (balloon statistics are off): memory is never taken "
      "without "
      "that");
  for (const auto member : {&model::DomainSample::memory_available_bytes, &model::DomainSample::memory_usable_bytes}) {
    EXPECT_THAT(refusals_of(scaled(domain("a").set(member, std::nullopt), ScaleMemory{.by_bytes = -100 * kMebibyte})),
                expected);
  }
}

TEST(ScalingMemory, GrowsWithoutBalloonStatistics) {
  const auto a = domain("a").set(&model::DomainSample::memory_usable_bytes, std::nullopt);
  EXPECT_EQ(step_of(scaled(a, ScaleMemory{.by_bytes = 100 * kMebibyte})), "balloon 512 MiB → 612 MiB");
}

TEST(ScalingMemory, DoesNothingWhenTheBalloonIsNotMeasured) {
  const auto a = domain("a").set(&model::DomainSample::memory_balloon_bytes, std::nullopt);
  EXPECT_THAT(refusals_of(scaled(a, ScaleMemory{.by_bytes = 100 * kMebibyte})),
              ElementsAre("not_measured, the balloon of a is not known"));
}

TEST(ScalingMemory, DoesNotBotherWithAStepOfLessThanAMebibyte) {
  const auto nearly = domain("a").memory(kGibibyte - kMebibyte / 2, kGibibyte);
  EXPECT_EQ(step_of(scaled(nearly, ScaleMemory{.by_bytes = 100 * kMebibyte})), "nothing");
  const auto needed = domain("a").memory(1000 * kMebibyte, 1000 * kMebibyte).used(0.95);
  EXPECT_THAT(refusals_of(scaled(needed, ScaleMemory{.by_bytes = -100 * kMebibyte})),
              ElementsAre(HasSubstr("what the guest uses and room beside it")));
}

TEST(Scaling, IsForDomainsOnly) {
  Round round({node("h1").with(domain("a"))});
  round.node_fires("h1", {ScaleVcpus{}, ScaleMemory{.by_bytes = kGibibyte}});
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("not_applicable, only a domain can be scaled",
                                                     "not_applicable, only a domain can be scaled"));
}

TEST(Scaling, LeavesADomainAloneThatDoesNotRunOrIsHeldByAJob) {
  EXPECT_THAT(refusals_of(scaled(domain("a").state(telemetry::DomainState::kPaused), ScaleVcpus{})),
              ElementsAre("not_running, a is paused"));
  EXPECT_THAT(refusals_of(scaled(domain("a").set(&model::DomainSample::job_active, true), ScaleVcpus{})),
              ElementsAre(HasSubstr("in_flight, a libvirt job that is not ours holds a")));
}

TEST(Scaling, SaysWhenTheDomainIsNotThereAnyMore) {
  Round round({node("h1")});
  round.domain_fires("gone", {ScaleVcpus{}});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("not_running, it is in no snapshot now: it was stopped, or it is between two nodes"));
}

TEST(Tuning, CapsADomainAndSetsItsShares) {
  EXPECT_EQ(step_of(scaled(domain("a"), rules::CapCpu{150})), "CPU cap → 150 % of a CPU");
  EXPECT_EQ(step_of(scaled(domain("a"), rules::CapCpu{})), "CPU cap → none");
  EXPECT_EQ(step_of(scaled(domain("a"), rules::CpuShares{512})), "CPU shares → 512");
}

}  // namespace
}  // namespace hotspot::plan
