// What holds for every plan of the remedy `balance`, on random clusters, the same in every run.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "actuator/plan/board/cluster_board.h"
#include "actuator/plan/planning.h"
#include "tests/unit/actuator/plan/balancing_round.h"
#include "tests/unit/actuator/plan/random_round.h"

namespace hotspot::plan {
namespace {

constexpr unsigned kClusters = 300;

// Clusters of up to 7 nodes, with all that RandomCluster has in them.
Round random_round(unsigned seed) {
  RandomCluster random(seed);
  Round round(random.nodes());
  random.steer(round);
  round.limits.migrations_per_cluster = 100;
  const char* const resources[] = {"cpu", "memory"};
  cluster_fires(round, balance_rule({.max_moves = random.between(1, 8)}, 0.02), resources[random.between(0, 1)]);
  return round;
}

// What the snapshots would show after the move: the domain with its use is on the other node.
void apply(const Decision& decision, std::map<std::string, telemetry::NodeSnapshot>& nodes) {
  const auto& move = std::get<model::MigrateTo>(decision.action->step);
  telemetry::NodeSnapshot &from = nodes.at(decision.action->node_name), &to = nodes.at(move.target_name);
  const auto found = std::find_if(from.domains.begin(), from.domains.end(),
                                  [&](const auto& one) { return one.uuid == decision.action->domain_uuid; });
  const double cores = *found->cpu_ratio * *found->vcpus;
  const std::int64_t bytes = *found->memory_balloon_bytes + model::kDomainOverheadBytes;
  *from.node.cpu_ratio = std::max(0.0, *from.node.cpu_ratio - cores / from.node.cpus);
  *to.node.cpu_ratio += cores / to.node.cpus;
  *from.node.memory_available_bytes += bytes;
  *to.node.memory_available_bytes -= bytes;
  to.domains.push_back(*found);
  from.domains.erase(found);
}

std::string place_of(const Decision& decision) {
  return decision.action ? decision.action->domain_name + " " + model::describe(decision.action->step) : "nothing";
}

TEST(BalanceProperty, EachPlanMakesTheScoreSmallerAndFitsInEachState) {
  int moves = 0;
  for (unsigned seed = 1; seed <= kClusters; ++seed) {
    const Round round = random_round(seed);
    for (const Decision& decision : round.plan()) {
      if (!decision.action) continue;
      ++moves;
      ASSERT_TRUE(decision.balance) << seed;
      EXPECT_LT(decision.balance->score_after, decision.balance->score_before) << seed;
      const PlanInput input = round.input();
      ClusterBoard made = board_to_plan(Planning(input), {*round.firings.front().rule, decision.mode});
      for (const BalanceFigures::Move& one : decision.balance->moves) {
        const DomainIndex domain = made.domain_index.at(uuid_of(one.domain));
        const NodeIndex target = made.node_index.at(uuid_of(one.to));
        EXPECT_TRUE(made.board.fits(domain, target)) << seed << ": " << one.domain << " to " << one.to;
        made.board.move(domain, target);
      }
    }
  }
  EXPECT_GT(moves, 30) << "the clusters do not test much";
}

TEST(BalanceProperty, TheSameInputGivesTheSamePlan) {
  for (unsigned seed = 1; seed <= kClusters / 3; ++seed) {
    const auto first = random_round(seed).plan(), second = random_round(seed).plan();
    ASSERT_EQ(first.size(), second.size()) << seed;
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(explain(first[i]), explain(second[i])) << seed;
  }
}

// Rounds one after the other, each on what the moves before made of the cluster.
TEST(BalanceProperty, ItEndsAndNoMoveIsUndone) {
  int all = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    RandomCluster random(seed);
    std::map<std::string, telemetry::NodeSnapshot> nodes;
    for (int n = 0; n < 4; ++n) {
      const std::string name = "n" + std::to_string(n);
      nodes.emplace(name, node_with(name, random.between(0, 10)));
    }
    double before = 1;
    std::map<std::string, int> moved;
    for (int round_number = 0;; ++round_number) {
      ASSERT_LT(round_number, 30) << seed << ": it does not end";
      std::vector<telemetry::NodeSnapshot> snapshots;
      for (const auto& [name, snapshot] : nodes) snapshots.push_back(snapshot);
      Round round(snapshots);
      cluster_fires(round, balance_rule({.max_moves = 100}, 0.02));
      const double now = imbalance_of(round);
      EXPECT_LT(now, before + 1e-9) << seed << ", round " << round_number;
      before = now;
      const Decision decision = round.only();
      if (!decision.action) break;
      EXPECT_EQ(++moved[decision.action->domain_name], 1) << seed << ": " << place_of(decision);
      apply(decision, nodes);
      ++all;
    }
  }
  EXPECT_GT(all, 60);
}

}  // namespace
}  // namespace hotspot::plan
