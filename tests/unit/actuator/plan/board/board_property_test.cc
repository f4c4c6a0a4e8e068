// What must hold of every board, whatever is moved: many random ones, the same in every run.
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "actuator/plan/board/board.h"
#include "tests/unit/actuator/plan/random_numbers.h"

namespace hotspot::plan {
namespace {

class RandomBoard : RandomNumbers {
 public:
  using RandomNumbers::RandomNumbers;

  BoardEntries entries() {
    BoardEntries made;
    const int nodes = between(2, 70), domains = between(1, 200);
    for (int n = 0; n < nodes; ++n) {
      BoardNode node;
      node.own_demand = {between(-100, 4000) * 1000, between(0, 1000), between(0, 9), 0};
      node.demand_limit = {between(1, 60) * kMicrocores, between(1000, 9000), kUnlimited, kUnlimited};
      node.allocated_limit = {between(4, 200) * kMicrocores, kUnlimited, kUnlimited, kUnlimited};
      if (one_in(2)) node.free_pages = {between(0, 50), between(0, 5)};
      if (one_in(9)) node.closed = model::RefusalKind::kStale;
      made.nodes.push_back(node);
    }
    for (int d = 0; d < domains; ++d) made.domains.push_back(domain(nodes));
    return made;
  }
  DomainIndex any(DomainIndex below) { return static_cast<DomainIndex>(between(0, static_cast<int>(below) - 1)); }

 private:
  std::vector<GroupIndex> some_groups() {
    return one_in(4) ? std::vector<GroupIndex>{any(6)} : std::vector<GroupIndex>{};
  }

  BoardDomain domain(int nodes) {
    BoardDomain made;
    made.node = any(static_cast<NodeIndex>(nodes));
    made.demand = {between(0, 2'000'000), between(1, 500), between(0, 9), between(0, 9)};
    made.allocated = {between(1, 8) * kMicrocores, between(1, 500), 0, 0};
    made.groups = some_groups();
    made.apart = some_groups();
    made.with = some_groups();
    if (one_in(5)) made.name = 6 + any(3);
    if (one_in(5)) made.pages = {any(2), between(1, 4)};
    if (one_in(9)) made.going_to = any(static_cast<NodeIndex>(nodes));
    if (made.going_to == made.node) made.going_to = kNone;
    if (made.going_to != kNone) made.fixed = model::RefusalKind::kInFlight;
    return made;
  }
};

// A board made anew where the domains are now: free pages are stated beside them, so those are taken off here.
Board recomputed(const Board& board) {
  BoardEntries entries;
  for (NodeIndex n = 0; n < board.nodes(); ++n) entries.nodes.push_back(board.node(n));
  for (DomainIndex d = 0; d < board.domains(); ++d) {
    BoardDomain domain = board.domain(d);
    if (domain.pages.size < entries.nodes[domain.node].free_pages.size())
      entries.nodes[domain.node].free_pages[domain.pages.size] += domain.pages.pages;
    domain.node = board.node_of(d);
    entries.domains.push_back(domain);
  }
  for (const BoardDomain& domain : entries.domains)
    if (domain.pages.size < entries.nodes[domain.node].free_pages.size())
      entries.nodes[domain.node].free_pages[domain.pages.size] -= domain.pages.pages;
  return Board(std::move(entries));
}

TEST(BoardProperties, MovesThatAreTakenBackLeaveEverythingAsItWas) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    RandomBoard random(seed);
    Board board(random.entries());
    const Board before = board;
    std::vector<Board::Moved> trail;
    for (int i = 0; i < 200; ++i) {
      const DomainIndex domain = random.any(board.domains());
      const NodeIndex target = random.any(board.nodes());
      if (board.domain(domain).going_to == kNone) trail.push_back(board.move(domain, target));
    }
    for (; !trail.empty(); trail.pop_back()) board.undo(trail.back());
    ASSERT_TRUE(board == before) << "seed " << seed;
  }
}

TEST(BoardProperties, SumsAndRefusalsEqualThoseOfABoardMadeAnew) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    RandomBoard random(seed);
    Board board(random.entries());
    for (int i = 0; i < 200; ++i) {
      const DomainIndex domain = random.any(board.domains());
      if (board.domain(domain).going_to == kNone) board.move(domain, random.any(board.nodes()));
    }
    const Board anew = recomputed(board);
    for (NodeIndex n = 0; n < board.nodes(); ++n) {
      ASSERT_EQ(board.demand(n), anew.demand(n)) << "seed " << seed;
      ASSERT_EQ(board.allocated(n), anew.allocated(n)) << "seed " << seed;
      ASSERT_EQ(board.population(n), anew.population(n)) << "seed " << seed;
      // A closed node keeps what was there at the start, and where that was differs between the two.
      if (board.node(n).closed) continue;
      for (DomainIndex d = 0; d < board.domains(); d += 7)
        ASSERT_EQ(board.refusal(d, n), anew.refusal(d, n)) << "seed " << seed;
    }
  }
}

TEST(BoardProperties, EachDomainIsInTheListOfItsNodeOnce) {
  RandomBoard random(5);
  Board board(random.entries());
  for (int i = 0; i < 500; ++i) board.move(random.any(board.domains()), random.any(board.nodes()));
  std::set<DomainIndex> seen;
  for (NodeIndex n = 0; n < board.nodes(); ++n)
    for (DomainIndex d = board.first_on(n); d != kNone; d = board.next_on(d)) {
      EXPECT_EQ(board.node_of(d), n);
      EXPECT_TRUE(seen.insert(d).second);
    }
  EXPECT_EQ(seen.size(), board.domains());
}

}  // namespace
}  // namespace hotspot::plan
