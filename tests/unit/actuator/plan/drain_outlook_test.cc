// What a drain leads to, and what holds it up.
#include "actuator/plan/drain_outlook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using telemetry::DomainState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DrainOutlook outlook_of_h1(const model::Cluster& cluster) {
  return drain_outlook(cluster, *cluster.find_node(uuid_of("h1")));
}

TEST(DrainOutlookTest, EndsWhenNothingIsLeft) {
  const DrainOutlook outlook = outlook_of_h1(cluster_of({node("h1")}));
  EXPECT_EQ(outlook.phase, DrainPhase::kEmpty);
  EXPECT_EQ(describe(outlook, "h1"), "h1 is empty: the drain is complete");
}

TEST(DrainOutlookTest, NamesWhatStaysWithItsState) {
  const DrainOutlook outlook = outlook_of_h1(cluster_of(
      {node("h1").with(domain("z").state(DomainState::kCrashed)).with(domain("db1").state(DomainState::kPaused))}));
  EXPECT_EQ(outlook.phase, DrainPhase::kOnlyStopped);
  EXPECT_THAT(describe(outlook, "h1"), HasSubstr("stays: db1 (paused), z (crashed)"));
}

TEST(DrainOutlookTest, GoesOnWhileSomethingRunsAndSaysWhatWillStay) {
  const DrainOutlook outlook =
      outlook_of_h1(cluster_of({node("h1").with(domain("a")).with(domain("b").state(DomainState::kPaused))}));
  EXPECT_EQ(outlook.phase, DrainPhase::kMoving);
  EXPECT_EQ(describe(outlook, "h1"), "h1 is being drained: 1 domain runs there still, and b (paused) will stay");
}

TEST(DrainOutlookTest, ListsAFewNamesOfManyAndCountsTheOthers) {
  auto full = node("h1");
  for (int i = 0; i < 9; ++i) full.with(domain("d" + std::to_string(i)).state(DomainState::kPaused));
  EXPECT_THAT(describe(outlook_of_h1(cluster_of({full})), "h1"), HasSubstr("d4 (paused) and 4 more"));
}

TEST(DrainOutlookTest, SaysBeforehandWhatHoldsItUp) {
  Round round({node("h1").with(domain("a").obstacle("a has a host device")).with(domain("b")).with(domain("c"))});
  round.under_way("b", "h1", model::SetVcpus{1, 2});
  const auto hindrances = drain_hindrances({.cluster = round.cluster,
                                            .node = *round.cluster.find_node(uuid_of("h1")),
                                            .restraints = round.restraints,
                                            .cooldowns = round.cooldowns,
                                            .in_flight = round.in_flight,
                                            .now = round.now});
  EXPECT_THAT(hindrances, ElementsAre(HasSubstr("a has a host device"), "an action on b is under way: vCPUs 1 → 2"));
}

TEST(DrainOutlookTest, NothingHoldsUpANodeWhoseDomainsMayGo) {
  Round round({node("h1").with(domain("a"))});
  EXPECT_THAT(drain_hindrances({.cluster = round.cluster,
                                .node = *round.cluster.find_node(uuid_of("h1")),
                                .restraints = round.restraints,
                                .cooldowns = round.cooldowns,
                                .in_flight = round.in_flight,
                                .now = round.now}),
              IsEmpty());
}

}  // namespace
}  // namespace hotspot::plan
