#include "actuator/plan/consolidation/load.h"

#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/consolidation/clusters.h"

namespace hotspot::plan::consolidation {
namespace {

using testing::cluster_of;
using testing::domain;

TEST(ConsolidationLoad, AMoveThatIsUndoneLeavesNoTrace) {
  const Policy policy;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Cluster cluster = testing::random_cluster(seed);
    Load load(cluster, policy);
    const Load before = load;
    testing::Numbers numbers(seed);
    for (int i = 0; i < 20; ++i) {
      const std::size_t one = numbers.below(cluster.domains.size()), to = numbers.below(cluster.nodes.size());
      if (load.may_move(one) && load.node_of(one) != to) load.move(one, to, Reason::kBalance);
    }
    load.undo_to(0);
    EXPECT_EQ(load.open_nodes(), before.open_nodes());
    for (std::size_t node = 0; node < cluster.nodes.size(); ++node) {
      EXPECT_EQ(load.domains_on(node), before.domains_on(node));
      EXPECT_EQ(load.demand(node), before.demand(node));
      EXPECT_EQ(load.risk(node), before.risk(node));
      EXPECT_EQ(load.receives(node), before.receives(node));
    }
  }
}

TEST(ConsolidationLoad, TheRiskRisesWithTheMeanAndWithTheVariance) {
  Cluster cluster = cluster_of(3);
  cluster.domains = {domain(0, 8), domain(1, 9), domain(2, 8)};
  for (Domain& one : cluster.domains) one.variance = 1;
  cluster.domains[2].variance = 4;
  const Policy policy;
  const Load load(cluster, policy);
  EXPECT_LT(load.risk(0), load.risk(1));
  EXPECT_LT(load.risk(0), load.risk(2));
}

TEST(ConsolidationLoad, WhatIsCopiedTogetherCostsATargetItsLongestCopy) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 1), domain(0, 1), domain(0, 0)};
  cluster.domains[1].transfer_seconds = 14;
  const Policy policy;
  Load load(cluster, policy);
  EXPECT_DOUBLE_EQ(load.arrival_cost(1, 1), 14);
  load.move(0, 1, Reason::kEmpty);
  EXPECT_DOUBLE_EQ(load.arrival_cost(1, 1), 4);
  EXPECT_DOUBLE_EQ(load.arrival_cost(1, 2), 0);
}

TEST(ConsolidationLoad, AnIdleDomainCostsItsTargetLessForItMayStayIdle) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 1), domain(0, 0)};
  const Policy policy;
  const Load load(cluster, policy);
  EXPECT_GT(load.arrival_cost(1, 1), 0);
  EXPECT_LT(load.arrival_cost(1, 1), load.arrival_cost(1, 0));
}

TEST(ConsolidationLoad, WhatLeavesStillCountsAtItsSource) {
  Cluster cluster = cluster_of(3);
  cluster.domains = {domain(0, 6), domain(0, 3), domain(1, 5)};
  const Policy policy;
  Load load(cluster, policy);
  EXPECT_FALSE(load.fits(0, 2));
  load.move(0, 2, Reason::kEmpty);
  EXPECT_FALSE(load.fits(0, 2));
}

}  // namespace
}  // namespace hotspot::plan::consolidation
