// What a board refuses, and with which figures.
#include "actuator/plan/board/board.h"

#include <gtest/gtest.h>

#include <utility>

namespace hotspot::plan {
namespace {

using model::RefusalKind;

constexpr Amount kGiB = 1'073'741'824;

BoardNode node_of(Amount cores, Amount gibibytes) {
  BoardNode node;
  node.capacity = {cores * kMicrocores, gibibytes * kGiB, 0, 0};
  node.demand_limit = {cores * kMicrocores * 8 / 10, gibibytes * kGiB * 9 / 10, kUnlimited, kUnlimited};
  return node;
}

BoardDomain domain_on(NodeIndex node, Amount cores = 1, Amount gibibytes = 1) {
  BoardDomain domain;
  domain.node = node;
  domain.demand = {cores * kMicrocores, gibibytes * kGiB, 0, 0};
  return domain;
}

// Two nodes of 10 cores and 100 GiB; domain 0 on the first, domain 1 on the second.
BoardEntries pair_of_nodes() {
  BoardEntries entries;
  entries.nodes = {node_of(10, 100), node_of(10, 100)};
  entries.domains = {domain_on(0), domain_on(1)};
  return entries;
}

BoardCode code_of(const Board& board, DomainIndex domain = 0, NodeIndex target = 1) {
  return board.refusal(domain, target).code;
}

TEST(Board, TakesADomainWhereThereIsRoom) {
  Board board(pair_of_nodes());
  EXPECT_EQ(code_of(board), BoardCode::kFits);
  EXPECT_EQ(code_of(board, 0, 0), BoardCode::kSameNode);
  board.move(0, 1);
  EXPECT_EQ(of(board.demand(1), BoardResource::kCpu), 2 * kMicrocores);
  EXPECT_EQ(of(board.demand(0), BoardResource::kCpu), 0);
  EXPECT_EQ(board.home_of(0), 0U);
}

TEST(Board, RefusesWhatWouldExceedALimitWithTheFigures) {
  BoardEntries entries = pair_of_nodes();
  entries.nodes[1].own_demand = {6'500'000, 0, 0, 0};
  const Board board(std::move(entries));
  const BoardRefusal refusal = board.refusal(0, 1);
  EXPECT_EQ(refusal.code, BoardCode::kOverLimit);
  EXPECT_EQ(refusal.kind, RefusalKind::kNoCpu);
  EXPECT_EQ(refusal.after, 8'500'000);
  EXPECT_EQ(sentence_of(refusal, {"web", "h2"}), "h2 would be at 8.5 cores of CPU, the limit is 8.0 cores");
}

TEST(Board, KeepsApartInBothDirections) {
  BoardEntries entries = pair_of_nodes();
  entries.domains[0].groups = {7};
  entries.domains[1].apart = {7};
  EXPECT_EQ(code_of(Board(entries)), BoardCode::kApart);
  EXPECT_EQ(code_of(Board(entries), 1, 0), BoardCode::kApart);
}

TEST(Board, ADomainUnderWayKeepsOthersAwayAtBothEndsAndIsNoMate) {
  BoardEntries entries = pair_of_nodes();
  entries.nodes.push_back(node_of(10, 100));
  entries.domains[0].groups = {7};
  entries.domains[0].going_to = 1;
  entries.domains[0].fixed = RefusalKind::kInFlight;
  entries.domains.push_back(domain_on(2));
  entries.domains.push_back(domain_on(2));
  entries.domains[2].apart = {7};
  entries.domains[3].with = {7};
  const Board board(std::move(entries));
  EXPECT_EQ(of(board.demand(0), BoardResource::kCpu), 1 * kMicrocores);
  EXPECT_EQ(of(board.demand(1), BoardResource::kCpu), 2 * kMicrocores);
  EXPECT_EQ(code_of(board, 2, 0), BoardCode::kApart);
  EXPECT_EQ(code_of(board, 2, 1), BoardCode::kApart);
  EXPECT_EQ(code_of(board, 3, 1), BoardCode::kNoMate);
}

TEST(Board, MovesDomainsThatBelongTogetherAsAUnit) {
  BoardEntries entries = pair_of_nodes();
  entries.domains.push_back(domain_on(0));
  for (const DomainIndex mate : {0U, 2U}) entries.domains[mate].groups = entries.domains[mate].with = {3};
  Board board(std::move(entries));
  const Board before = board;
  EXPECT_EQ(code_of(board), BoardCode::kNoMate);
  EXPECT_EQ(board.unit_of(0).size(), 2U);
  EXPECT_FALSE(board.unit_refusal(0, 1));
  EXPECT_EQ(board.unit_refusal(1, 1).code, BoardCode::kSameNode);
  EXPECT_TRUE(board == before);
}

TEST(Board, RefusesByClassByBarAndByWhatIsClosed) {
  BoardEntries entries = pair_of_nodes();
  entries.node_classes = 2;
  entries.nodes[1].node_class = 1;
  entries.verdicts = {std::nullopt, RefusalKind::kIncompatible};
  Board board(entries);
  EXPECT_EQ(code_of(board), BoardCode::kIncompatible);
  entries.bars = {{0, 1, RefusalKind::kRefusedBefore}};
  EXPECT_EQ(code_of(Board(entries)), BoardCode::kBarred);
  entries.nodes[1].closed = RefusalKind::kStale;
  EXPECT_EQ(code_of(Board(entries)), BoardCode::kClosed);
  entries.domains[0].fixed = RefusalKind::kNotMigratable;
  EXPECT_EQ(code_of(Board(entries)), BoardCode::kFixed);
}

TEST(Board, CountsHugePagesAndNames) {
  BoardEntries entries = pair_of_nodes();
  entries.nodes[0].free_pages = entries.nodes[1].free_pages = {10};
  entries.domains[0].pages = {0, 11};
  const BoardRefusal refusal = Board(entries).refusal(0, 1);
  EXPECT_EQ(refusal.code, BoardCode::kNoPages);
  EXPECT_EQ(sentence_of(refusal, {"web", "h2"}), "h2 has 10 of the 11 free huge pages that web needs");
  entries.domains[0].name = entries.domains[1].name = 1;
  EXPECT_EQ(code_of(Board(entries)), BoardCode::kSameName);
}

TEST(RefusalCounts, AreByKindTheMostFrequentFirst) {
  RefusalCounts counts;
  counts.add(RefusalKind::kStale);
  counts.add(RefusalKind::kNoCpu);
  counts.add(RefusalKind::kNoCpu);
  ASSERT_EQ(counts.all().size(), 2U);
  EXPECT_EQ(counts.all().front().kind, RefusalKind::kNoCpu);
  EXPECT_EQ(counts.all().front().times, 2U);
}

}  // namespace
}  // namespace hotspot::plan
