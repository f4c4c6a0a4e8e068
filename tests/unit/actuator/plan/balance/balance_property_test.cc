// What must hold of every plan of balance, whatever the board: many random ones, the same in every run.
#include <gtest/gtest.h>

#include <set>

#include "actuator/plan/balance/balance.h"
#include "tests/unit/actuator/plan/random_numbers.h"

namespace hotspot::plan {
namespace {

class RandomCluster : RandomNumbers {
 public:
  using RandomNumbers::between;
  using RandomNumbers::RandomNumbers;

  BoardEntries entries() {
    BoardEntries made;
    const int nodes = between(2, 12), domains = between(1, 60);
    made.node_classes = 2;
    made.verdicts = {std::nullopt, std::nullopt, std::nullopt, model::RefusalKind::kIncompatible};
    for (int n = 0; n < nodes; ++n) {
      BoardNode node;
      node.capacity = {between(4, 16) * 1000, between(50, 100) * 100, 1000, 0};
      node.demand_limit = {node.capacity[0] * 8 / 10, node.capacity[1] * 9 / 10, kUnlimited, kUnlimited};
      node.node_class = static_cast<ClassIndex>(between(0, 1));
      if (between(1, 9) == 1) node.closed = model::RefusalKind::kHeld;
      made.nodes.push_back(node);
    }
    for (int d = 0; d < domains; ++d) made.domains.push_back(domain(nodes));
    return made;
  }

 private:
  BoardDomain domain(int nodes) {
    BoardDomain made;
    made.node = static_cast<NodeIndex>(between(0, nodes - 1));
    made.demand = {between(10, 2000), between(10, 2500), between(0, 100), 0};
    made.allocated = {between(1, 4) * 1000, between(10, 2500), 0, 0};
    made.domain_class = static_cast<ClassIndex>(between(0, 1));
    if (between(1, 4) == 1) made.groups = {static_cast<GroupIndex>(between(0, 2))};
    if (between(1, 4) == 1) made.apart = {static_cast<GroupIndex>(between(0, 2))};
    if (between(1, 9) == 1) made.with = {static_cast<GroupIndex>(between(3, 4))};
    if (between(1, 9) == 1) made.groups.push_back(static_cast<GroupIndex>(between(3, 4)));
    if (between(1, 9) == 1) made.fixed = model::RefusalKind::kNotMigratable;
    return made;
  }
};

TEST(BalanceProperties, EachMoveFitsWhenItsTurnComesAndTheEndIsBetter) {
  std::size_t moves = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    RandomCluster random(seed);
    const BoardEntries entries = random.entries();
    Board board(entries);
    const std::size_t most = static_cast<std::size_t>(random.between(0, 20));
    const BalancePlan plan = balance(board, {.most_moves = most, .evaluations = 5'000, .seed = seed});
    ASSERT_LE(plan.moves.size(), most) << "seed " << seed;
    Board again(entries);
    for (const BoardMove& one : plan.moves) {
      ASSERT_EQ(again.node_of(one.domain), one.from) << "seed " << seed;
      ASSERT_FALSE(again.refusal(one.domain, one.to)) << "seed " << seed;
      again.move(one.domain, one.to);
    }
    const Score end = score_of(again, balance_table());
    ASSERT_EQ(end.total, plan.after.total) << "seed " << seed;
    ASSERT_TRUE(plan.moves.empty() || end.total < plan.before.total) << "seed " << seed;
    moves += plan.moves.size();
  }
  EXPECT_GT(moves, 100U);
}

TEST(BalanceProperties, TheSameInputGivesTheSamePlan) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    RandomCluster random(seed);
    const BoardEntries entries = random.entries();
    Board one(entries), other(entries);
    EXPECT_EQ(balance(one, {.evaluations = 5'000}).moves, balance(other, {.evaluations = 5'000}).moves);
    EXPECT_TRUE(one == other);
  }
}

}  // namespace
}  // namespace hotspot::plan
