// Balance on boards small enough to be checked by hand.
#include "actuator/plan/balance/balance.h"

#include <gtest/gtest.h>

#include <utility>

namespace hotspot::plan {
namespace {

BoardNode node_of(Amount cores, Amount memory) {
  BoardNode node;
  node.capacity = {cores, memory, 0, 0};
  node.demand_limit = {kUnlimited, memory, kUnlimited, kUnlimited};
  return node;
}

BoardDomain domain_on(NodeIndex node, Amount cores, Amount memory) {
  BoardDomain domain;
  domain.node = node;
  domain.demand = {cores, memory, 0, 0};
  return domain;
}

// Three nodes; all four domains are on the first.
BoardEntries crowded() {
  BoardEntries entries;
  entries.nodes.assign(3, node_of(100, 1000));
  entries.domains.assign(4, domain_on(0, 20, 100));
  return entries;
}

TEST(Score, IsTheWeightedSumOfStandardDeviations) {
  BoardEntries entries;
  entries.nodes.assign(2, node_of(100, 1000));
  entries.domains = {domain_on(0, 50, 0)};
  const Board board(std::move(entries));
  const Score score = score_of(board, balance_table());
  EXPECT_DOUBLE_EQ(score.total, 0.25);
  EXPECT_EQ(score.terms.front().name, "cpu demand");
  EXPECT_DOUBLE_EQ(score.terms.front().deviation, 0.25);
}

TEST(Balance, SpreadsWhatIsCrowded) {
  Board board(crowded());
  const BalancePlan plan = balance(board, {.evaluations = 20'000});
  EXPECT_LT(plan.after.total, plan.before.total / 2);
  EXPECT_EQ(plan.moves.size(), 2U);
  EXPECT_EQ(board.population(0), 2U);
}

TEST(Balance, MakesNoMoreMovesThanItMay) {
  Board board(crowded());
  EXPECT_EQ(balance(board, {.most_moves = 1, .evaluations = 20'000}).moves.size(), 1U);
  EXPECT_EQ(board.population(0), 3U);
}

TEST(Balance, LeavesAnEvenBoardAsItIs) {
  BoardEntries entries = crowded();
  for (DomainIndex d = 0; d < 3; ++d) entries.domains[d].node = d;
  entries.domains.pop_back();
  Board board(std::move(entries));
  const Board before = board;
  EXPECT_TRUE(balance(board, {.evaluations = 20'000}).moves.empty());
  EXPECT_TRUE(board == before);
}

TEST(Balance, LeavesOutWhatGainsTooLittle) {
  Board board(crowded());
  EXPECT_TRUE(balance(board, {.least_gain = 1, .evaluations = 20'000}).moves.empty());
}

TEST(Balance, LeavesDomainsThatBelongTogetherWhereTheyAre) {
  BoardEntries entries = crowded();
  for (BoardDomain& one : entries.domains) one.groups = one.with = {1};
  Board board(std::move(entries));
  EXPECT_TRUE(balance(board, {.evaluations = 20'000}).moves.empty());
}

// Each of two full nodes has a domain that shall go to the other.
TEST(MoveOrder, GoesByWayOfAThirdNodeWhereTwoWaitForEachOther) {
  BoardEntries entries;
  entries.nodes = {node_of(100, 100), node_of(100, 100), node_of(100, 100)};
  entries.domains = {domain_on(0, 80, 90), domain_on(1, 10, 90)};
  Board board(entries);
  const std::vector<BoardMove> wanted{{0, 0, 1}, {1, 1, 0}};
  const std::vector<BoardMove> moves = order_moves(board, balance_table(), wanted, 3);
  ASSERT_EQ(moves.size(), 3U);
  EXPECT_EQ(moves.front().to, 2U);
  EXPECT_EQ(board.node_of(0), 1U);
  EXPECT_EQ(board.node_of(1), 0U);
  Board again(entries);
  EXPECT_TRUE(order_moves(again, balance_table(), wanted, 2).empty());
}

}  // namespace
}  // namespace hotspot::plan
