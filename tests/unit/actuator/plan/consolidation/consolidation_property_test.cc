#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "actuator/plan/consolidation/consolidation.h"
#include "tests/unit/actuator/plan/consolidation/clusters.h"
#include "tests/unit/actuator/plan/consolidation/plan_score.h"

namespace hotspot::plan::consolidation {
namespace {

constexpr std::uint64_t kClusters = 300;

template <typename Check>
void for_each_cluster(Check check) {
  for (std::uint64_t seed = 1; seed <= kClusters; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    const Cluster cluster = testing::random_cluster(seed);
    check(cluster, consolidate(cluster, {}));
  }
}

TEST(ConsolidationProperty, TheSameInputGivesTheSamePlan) {
  for_each_cluster(
      [](const Cluster& cluster, const std::vector<Move>& moves) { EXPECT_EQ(consolidate(cluster, {}), moves); });
}

TEST(ConsolidationProperty, ADomainMovesAtMostOnceAndFromWhereItIs) {
  for_each_cluster([](const Cluster& cluster, const std::vector<Move>& moves) {
    std::vector<int> moved(cluster.domains.size(), 0);
    for (const Move& move : moves) {
      EXPECT_EQ(++moved[move.domain], 1);
      EXPECT_EQ(move.from, cluster.domains[move.domain].node);
      EXPECT_NE(move.to, move.from);
    }
  });
}

TEST(ConsolidationProperty, WhatMayNotMoveStaysAndSourceOnlyNodesReceiveNothing) {
  for_each_cluster([](const Cluster& cluster, const std::vector<Move>& moves) {
    for (const Move& move : moves) {
      EXPECT_EQ(cluster.domains[move.domain].movable, Domain::Movable::kYes);
      EXPECT_EQ(cluster.domains[move.domain].leaving, kNowhere);
      EXPECT_EQ(cluster.nodes[move.to].use, Node::Use::kTarget);
    }
  });
}

// In the worst order of copies: all that come are there and nothing that leaves has left.
TEST(ConsolidationProperty, NoTargetIsFilledOverItsCapacityOrMemory) {
  for_each_cluster([](const Cluster& cluster, const std::vector<Move>& moves) {
    std::vector<double> demand(cluster.nodes.size(), 0), memory(cluster.nodes.size(), 0);
    for (const Domain& one : cluster.domains) {
      demand[one.node] += one.demand;
      memory[one.node] += one.memory;
      if (one.leaving != kNowhere) demand[one.leaving] += one.demand;
    }
    for (const Move& move : moves) {
      demand[move.to] += cluster.domains[move.domain].demand;
      memory[move.to] += cluster.domains[move.domain].memory;
    }
    for (const Move& move : moves) {
      EXPECT_LE(demand[move.to], cluster.nodes[move.to].capacity + 1e-9);
      EXPECT_LE(memory[move.to], cluster.nodes[move.to].memory + 1e-9);
    }
  });
}

TEST(ConsolidationProperty, APlanIsNeverWorseThanDoingNothingInItsOwnCurrency) {
  for_each_cluster([](const Cluster& cluster, const std::vector<Move>& moves) {
    const Policy policy;
    const testing::Span span{policy.horizons.empty, 300};
    EXPECT_LE(testing::score_of(cluster, policy, moves, span).total(),
              testing::score_of(cluster, policy, {}, span).total() + 1e-6);
  });
}

TEST(ConsolidationProperty, NoNodeIsOverloadedThatWasNot) {
  for_each_cluster([](const Cluster& cluster, const std::vector<Move>& moves) {
    std::vector<double> before(cluster.nodes.size(), 0), after;
    for (const Domain& one : cluster.domains) before[one.node] += one.demand;
    after = before;
    for (const Move& move : moves) {
      after[move.from] -= cluster.domains[move.domain].demand;
      after[move.to] += cluster.domains[move.domain].demand;
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      EXPECT_LE(after[i], std::max(before[i], cluster.nodes[i].capacity) + 1e-9);
    }
  });
}

}  // namespace
}  // namespace hotspot::plan::consolidation
