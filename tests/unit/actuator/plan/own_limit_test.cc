// A domain that is as large as it may be is not moved about: that cures nothing unless its node is what is short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using rules::ScaleMemory;
using rules::ScaleVcpus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

rules::Rule reading(const std::string& series, std::vector<rules::Remedy> remedies) {
  rules::Rule rule = rule_of("Short", std::move(remedies));
  rule.series = {series};
  return rule;
}

const auto kFullGuest = domain("a").memory(kGibibyte, kGibibyte).used(0.9);
const auto kBusyGuest = domain("a").vcpus(2, 2).cpu(0.97);

TEST(OwnLimit, AGuestThatUsesAllItsMemoryOnACalmNodeStaysAndIsToldWhatWouldCure) {
  Round round({node("h1").memory(64 * kGibibyte, 46 * kGibibyte).with(kFullGuest), node("h2")});
  round.domain_fires("a", reading("domain_memory_used_ratio", {ScaleMemory{.by_bytes = 100 * kMebibyte}, Migrate{}}));
  EXPECT_THAT(
      refusals_of(round.only()),
      ElementsAre(HasSubstr("at_limit, a has 1 GiB, the limit is 1 GiB"),
                  "at_limit, a move would give a nothing: h1 is not short of memory (28 % used), it is at the limit "
                  "of its own 1 GiB of memory: raise its maximum memory"));
}

TEST(OwnLimit, TheSentenceSaysItIfMovingIsTheOnlyRemedy) {
  Round round({node("h1").memory(64 * kGibibyte, 46 * kGibibyte).with(kFullGuest), node("h2")});
  round.domain_fires("a", reading("domain_memory_used_ratio", {Migrate{}}));
  EXPECT_THAT(round.only().sentence, HasSubstr("raise its maximum memory"));
}

TEST(OwnLimit, AGuestOfANodeWithoutMemoryMoves) {
  Round round({node("h1").cpu(0.5).memory(64 * kGibibyte, 6 * kGibibyte).with(kFullGuest), node("h2")});
  round.domain_fires("a", reading("domain_memory_used_ratio", {Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(OwnLimit, AGuestThatUsesAllItsVcpusOnACalmNodeStays) {
  Round round({node("h1").cpus(16).cpu(0.3).with(kBusyGuest), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {ScaleVcpus{}, Migrate{}}));
  EXPECT_THAT(refusals_of(round.only()), ElementsAre(HasSubstr("at_limit, a has 2 vCPUs"),
                                                     HasSubstr("its own 2 vCPUs: raise its maximum number of vCPUs")));
}

TEST(OwnLimit, APolicyThatIsTheLimitIsNamed) {
  telemetry::Policy policy;
  policy.vcpus_max = 2;
  Round round(
      {node("h1").cpus(16).cpu(0.3).with(domain("a").vcpus(2, 8).cpu(0.97).policy(policy)), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {Migrate{}}));
  EXPECT_THAT(round.only().sentence, HasSubstr("raise the most vCPUs that its policy allows"));
}

TEST(OwnLimit, AGuestThatCouldGrowInPlaceDoesThatInstead) {
  Round round({node("h1").cpus(16).cpu(0.3).with(domain("a").vcpus(2, 4).cpu(0.97)), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {Migrate{}, ScaleVcpus{}}));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "vCPUs 2 → 3");
  EXPECT_THAT(refusals_of(decision), ElementsAre(HasSubstr("add a vCPU to it (scale_vcpus)")));
}

TEST(OwnLimit, AGuestThatWaitsForCpusOfItsNodeMoves) {
  const auto waiting = domain("a").vcpus(2, 2).cpu(0.97).set(&model::DomainSample::cpu_steal_ratio, 0.2);
  Round round({node("h1").cpus(16).cpu(0.6).with(waiting), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(OwnLimit, AGuestForWhichItsNodeHasNoRoomMovesAndGrowsThere) {
  Round round({node("h1").cpus(16).cpu(0.74).with(domain("a").vcpus(2, 4).cpu(0.97)), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {ScaleVcpus{.by = 1}, Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(OwnLimit, RulesAboutOtherThingsMoveTheGuestAsBefore) {
  Round round({node("h1").cpus(16).cpu(0.5).with(kBusyGuest), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_block_read_bytes_per_second", {Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(OwnLimit, AGuestThatIsMovedBecauseItIsIdleIsAtNoLimit) {
  Round round({node("h1").cpus(4).cpu(0.5).with(domain("a").vcpus(4, 4).cpu(0.1)), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_cpu_ratio", {Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

TEST(OwnLimit, AGuestWithOneBusyThreadIsNotIdle) {
  const std::vector<telemetry::VcpuSample> one_busy{
      {.vcpu = 0, .cpu_ratio = 0.99, .steal_ratio = {}, .wait_ratio = {}},
      {.vcpu = 1, .cpu_ratio = 0.01, .steal_ratio = {}, .wait_ratio = {}}};
  const auto guest = domain("a").vcpus(4, 4).cpu(0.25).set(&model::DomainSample::vcpu_samples, one_busy);
  Round round({node("h1").cpus(16).cpu(0.3).with(guest), node("h2").cpus(16)});
  round.domain_fires("a", reading("domain_vcpu_ratio", {Migrate{}}));
  EXPECT_THAT(round.only().sentence, HasSubstr("its own 4 vCPUs")) << "no other node runs one thread faster";
}

TEST(OwnLimit, AGuestThatSwapsIsNotIdleHoweverMuchIsInUse) {
  Round round({node("h1")
                   .cpu(0.5)
                   .memory(64 * kGibibyte, 46 * kGibibyte)
                   .with(domain("a").memory(kGibibyte, kGibibyte).used(0.3)),
               node("h2")});
  round.domain_fires("a", reading("domain_swap_in_bytes_per_second", {Migrate{}}));
  EXPECT_THAT(round.only().sentence, HasSubstr("its own 1 GiB of memory"));
  round.firings.clear();
  round.domain_fires("a", reading("domain_memory_used_ratio", {Migrate{}}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << explain(round.only());
}

}  // namespace
}  // namespace hotspot::plan
