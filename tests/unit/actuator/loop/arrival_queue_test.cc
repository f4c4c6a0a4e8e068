#include "actuator/loop/arrival_queue.h"

#include <gtest/gtest.h>

#include "actuator/loop/intake_budget.h"

namespace hotspot::loop {
namespace {

ArrivalQueue::Waiting sent(const std::string& node, std::uint64_t sequence, std::size_t bytes = 1) {
  ArrivalQueue::Waiting waiting;
  waiting.arrival.snapshot.node.uuid = node;
  waiting.arrival.snapshot.sequence = sequence;
  waiting.arrival.bytes = bytes;
  return waiting;
}

TEST(ArrivalQueue, GivesEachNodeItsTurnSoThatOneThatSendsWithoutEndDelaysItselfAlone) {
  ArrivalQueue queue;
  for (std::uint64_t i = 1; i <= 4; ++i) queue.put(sent("loud", i));
  queue.put(sent("quiet", 1));
  queue.put(sent("other", 1));
  std::vector<std::string> order;
  while (!queue.empty()) {
    EXPECT_EQ(queue.size(), 6 - order.size());
    const std::string next = queue.next_node();
    const ports::Arrival arrival = queue.take().arrival;
    EXPECT_EQ(arrival.snapshot.node.uuid, next);
    order.push_back(next + std::to_string(arrival.snapshot.sequence));
  }
  EXPECT_EQ(order, (std::vector<std::string>{"loud1", "quiet1", "other1", "loud2", "loud3", "loud4"}))
      << "of one node the oldest comes first";
  EXPECT_EQ(queue.next_node(), "");
}

TEST(ArrivalQueue, HasRoomForSoManySnapshotsAndSoManyBytes) {
  ArrivalQueue queue;
  EXPECT_EQ(queue.room().count, ArrivalQueue::kMostWaiting);
  queue.put(sent("a", 1, 1000));
  EXPECT_EQ(queue.room().count, ArrivalQueue::kMostWaiting - 1);
  EXPECT_EQ(queue.room().bytes, ArrivalQueue::kMostWaitingBytes - 1000);
  queue.put(sent("a", 2, ArrivalQueue::kMostWaitingBytes));
  EXPECT_EQ(queue.room().count, 0U) << "the bytes are used up";
  while (!queue.empty()) queue.take();
  EXPECT_EQ(queue.room().bytes, ArrivalQueue::kMostWaitingBytes);
}

TEST(IntakeBudget, IsSpentByDomainsByTimeAndBySnapshotsButLetsOneInHoweverLarge) {
  IntakeBudget budget;
  budget.note_time(std::chrono::seconds(10));
  EXPECT_FALSE(budget.is_spent()) << "one snapshot is always taken in";
  budget.note_snapshot(1);
  EXPECT_TRUE(budget.is_spent());
  budget.begin_round();
  budget.note_snapshot(IntakeBudget::kMostDomains - 1);
  EXPECT_FALSE(budget.is_spent());
  budget.note_snapshot(1);
  EXPECT_TRUE(budget.is_spent());
  budget.begin_round();
  for (std::size_t i = 0; i < IntakeBudget::kMostSnapshots; ++i) budget.note_snapshot(0);
  EXPECT_TRUE(budget.is_spent());
}

}  // namespace
}  // namespace hotspot::loop
