// Which domain to move off a hot node: one that cures before one that does not, then by the rule's `select`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using rules::Select;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A domain that uses so many cores, half of what it has, and so much memory.
hotspot::testing::DomainBuilder using_cores(const std::string& name, int cores, std::int64_t memory) {
  return domain(name).vcpus(cores * 2, cores * 2).cpu(0.5).memory(memory, memory).used(0.1);
}

std::string moved(const telemetry::NodeSnapshot& hot, Select select) {
  Round round({hot, node("h2").cpus(16).memory(64 * kGibibyte, 60 * kGibibyte)});
  round.node_fires("h1", {Migrate{.select = select}});
  const Decision decision = round.only();
  return decision.action ? decision.action->domain_name : "nothing: " + explain(decision);
}

// A node that any one of these cures: it is at 70 %, and counts as cured at 64 %.
telemetry::NodeSnapshot warm_node() {
  return node("h1")
      .cpus(16)
      .cpu(0.70)
      .with(using_cores("small", 1, 256 * kMebibyte))
      .with(using_cores("busy", 4, 4 * kGibibyte))
      .with(using_cores("dense", 2, 512 * kMebibyte).cpu(0.5).vcpus(4, 4))
      .with(domain("hottest").vcpus(1, 1).cpu(0.99).memory(512 * kMebibyte, 512 * kMebibyte).used(0.1));
}

TEST(MigrationSelection, OfTheLeastMigrationTimeTakesTheSmallestThatCures) {
  EXPECT_EQ(moved(warm_node(), Select::kLeastMigrationTime), "small");
}

// Half the memory, but written as fast as the link carries it: it would take longer, or for ever.
TEST(MigrationSelection, OfTheLeastMigrationTimeLeavesAGuestThatWritesALot) {
  const auto hot =
      node("h1")
          .cpus(16)
          .cpu(0.7)
          .with(using_cores("writes", 3, kGibibyte).set(&telemetry::DomainSample::dirty_bytes_per_second, 200e6))
          .with(using_cores("reads", 3, 2 * kGibibyte));
  EXPECT_EQ(moved(hot, Select::kLeastMigrationTime), "reads");
}

TEST(MigrationSelection, OfTheMostCpuTakesTheBusiest) { EXPECT_EQ(moved(warm_node(), Select::kMostCpu), "busy"); }

TEST(MigrationSelection, OfTheHighestVsrTakesTheMostLoadForItsSize) {
  EXPECT_EQ(moved(warm_node(), Select::kHighestVsr), "hottest");
}

TEST(MigrationSelection, PrefersWhatCuresWhateverIsSelected) {
  const auto hot = node("h1")
                       .cpus(16)
                       .cpu(0.90)
                       .with(using_cores("light", 3, 256 * kMebibyte))
                       .with(using_cores("heavy", 5, 4 * kGibibyte));
  for (const Select select : {Select::kLeastMigrationTime, Select::kMostCpu, Select::kHighestVsr}) {
    EXPECT_EQ(moved(hot, select), "heavy") << rules::to_string(select) << ": light leaves 71 %, heavy leaves 59 %";
  }
}

TEST(MigrationSelection, TakesWhatHelpsMostWhenNoneCuresAlone) {
  const auto hot = node("h1")
                       .cpus(16)
                       .cpu(1.0)
                       .with(using_cores("light", 2, 256 * kMebibyte))
                       .with(using_cores("heavy", 4, 4 * kGibibyte));
  EXPECT_EQ(moved(hot, Select::kLeastMigrationTime), "heavy");
}

TEST(MigrationSelection, OfEqualsIsAlwaysTheLowerUuid) {
  const auto one = using_cores("one", 2, kGibibyte);
  const auto two = using_cores("two", 2, kGibibyte);
  for (const Select select : {Select::kLeastMigrationTime, Select::kMostCpu, Select::kHighestVsr}) {
    EXPECT_EQ(moved(node("h1").cpus(16).cpu(0.7).with(one).with(two), select), "one");
    EXPECT_EQ(moved(node("h1").cpus(16).cpu(0.7).with(two).with(one), select), "one");
  }
}

TEST(MigrationSelection, RefusesAMoveThatHardlyHelpsAndSaysByHowMuch) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(0.1)), node("h2")});
  round.node_fires("h1", {Migrate{}});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("a: not_applicable, moving a would free 2.5 % of the node's CPU, the least gain is 5 %",
                          "no_target, no domain of h1 can go anywhere that would help"));
}

TEST(MigrationSelection, PassesOverWhatMustNotBeTouched) {
  telemetry::Policy careful;
  careful.mode = "recommend";
  Round round({node("h1")
                   .cpus(16)
                   .cpu(0.70)
                   .with(using_cores("busy", 4, kGibibyte))
                   .with(using_cores("careful", 4, kGibibyte).policy(careful))
                   .with(using_cores("cooling", 4, kGibibyte))
                   .with(using_cores("fine", 2, 4 * kGibibyte))
                   .with(using_cores("paused", 4, kGibibyte).state(telemetry::DomainState::kPaused)),
               node("h2").cpus(16)});
  round.under_way("busy", "h1", model::SetVcpus{8, 9});
  round.cooldowns.note({uuid_of("cooling"), kNow, std::chrono::minutes(15)}, round.limits);
  round.node_fires("h1", {Migrate{}});
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "fine");
  EXPECT_THAT(refusals_of(decision),
              ElementsAre("busy: in_flight, another action on busy is under way",
                          "careful: mode, the policy of careful says recommend",
                          HasSubstr("cooling: in_cooldown, cooling cools down for another 15 min"),
                          "paused: not_running, paused is paused"));
}

TEST(MigrationSelection, LeavesOutADomainThatOnlyArrives) {
  // While it migrates, both nodes report it: it belongs to the node where it runs.
  Round round(
      {node("h2").cpus(16).with(using_cores("a", 4, kGibibyte)),
       node("h1").cpus(16).cpu(0.7).with(using_cores("a", 4, kGibibyte).state(telemetry::DomainState::kPaused))});
  round.node_fires("h1", {Migrate{}});
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("no_target, no domain of h1 can go anywhere that would help"));
}

}  // namespace
}  // namespace hotspot::plan
