#include "actuator/plan/consolidation/consolidation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tests/unit/actuator/plan/consolidation/clusters.h"

namespace hotspot::plan::consolidation {
namespace {

using testing::cluster_of;
using testing::domain;

std::set<std::size_t> open_nodes_after(const Cluster& cluster, const std::vector<Move>& moves) {
  std::vector<std::size_t> places;
  for (const Domain& one : cluster.domains) places.push_back(one.node);
  for (const Move& move : moves) places[move.domain] = move.to;
  return {places.begin(), places.end()};
}

TEST(Consolidation, DoesNothingForAnEmptyClusterOrASingleNode) {
  EXPECT_TRUE(consolidate({}, {}).empty());
  Cluster cluster = cluster_of(1);
  cluster.domains = {domain(0, 3), domain(0, 2)};
  EXPECT_TRUE(consolidate(cluster, {}).empty());
}

TEST(Consolidation, EmptiesANodeWhoseDomainsFitElsewhere) {
  Cluster cluster = cluster_of(3);
  cluster.domains = {domain(0, 6), domain(1, 1), domain(1, 2), domain(2, 6.5)};
  const auto moves = consolidate(cluster, {});
  EXPECT_EQ(open_nodes_after(cluster, moves), (std::set<std::size_t>{0, 2}));
  for (const Move& move : moves) EXPECT_EQ(move.reason, Reason::kEmpty);
}

TEST(Consolidation, LeavesTwoNodesAloneThatWouldBeTooFullTogether) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 5), domain(1, 5)};
  EXPECT_TRUE(consolidate(cluster, {}).empty());
}

TEST(Consolidation, PacksAClusterThatIsSpreadWideInOneTick) {
  Cluster cluster = cluster_of(20);
  for (std::size_t i = 0; i < 20; ++i) cluster.domains.push_back(domain(i, 1));
  const auto moves = consolidate(cluster, {});
  EXPECT_LE(open_nodes_after(cluster, moves).size(), 3u);
  EXPECT_EQ(moves.front().reason, Reason::kPack);
}

TEST(Consolidation, RelievesAnOverloadedNodeByOneMoveThatSuffices) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 6), domain(0, 2), domain(0, 2), domain(0, 0.7), domain(1, 5)};
  const auto moves = consolidate(cluster, {});
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_EQ(moves[0], (Move{2, 0, 1, Reason::kRelieve}));
}

TEST(Consolidation, OpensANodeWhereTheOthersCannotTakeWhatAnOverloadedOneLacks) {
  Cluster cluster = cluster_of(3);
  cluster.domains = {domain(0, 6), domain(0, 5), domain(1, 9)};
  const auto moves = consolidate(cluster, {});
  ASSERT_FALSE(moves.empty());
  EXPECT_EQ(moves[0].to, 2u);
  EXPECT_EQ(moves[0].from, 0u);
}

TEST(Consolidation, OpensANodeBeforeOthersAreOverloaded) {
  Cluster cluster = cluster_of(4);
  for (std::size_t i = 0; i < 30; ++i) {
    cluster.domains.push_back(domain(i % 3, 0.99));
    cluster.domains.back().variance = 0.2;
  }
  const auto moves = consolidate(cluster, {});
  ASSERT_FALSE(moves.empty());
  EXPECT_TRUE(std::all_of(moves.begin(), moves.end(), [](const Move& move) { return move.to == 3; }));
}

TEST(Consolidation, ADomainUnderWayCountsAtBothEndsAndIsLeftAlone) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 4), domain(1, 5.5)};
  cluster.domains[0].leaving = 1;
  cluster.domains.push_back(domain(1, 1));
  EXPECT_TRUE(consolidate(cluster, {}).empty());
}

TEST(Consolidation, MemoryThatDoesNotFitKeepsANodeOpen) {
  Cluster cluster = cluster_of(2);
  cluster.domains = {domain(0, 4), domain(1, 1)};
  for (Node& node : cluster.nodes) node.memory = 1.5;
  EXPECT_TRUE(consolidate(cluster, {}).empty());
}

TEST(Consolidation, EnergyThatCostsNothingKeepsAllNodesOpen) {
  Cluster cluster = cluster_of(20);
  for (std::size_t i = 0; i < 20; ++i) cluster.domains.push_back(domain(i, 1));
  Policy policy;
  policy.costs.seconds_per_watt_tick = 0;
  EXPECT_TRUE(consolidate(cluster, policy).empty());
}

}  // namespace
}  // namespace hotspot::plan::consolidation
