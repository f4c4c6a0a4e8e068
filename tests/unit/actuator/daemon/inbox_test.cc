#include "actuator/daemon/inbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "actuator/record/stream_id.h"

namespace hotspot::daemon {
namespace {

std::vector<ports::Arrival> arrivals(std::size_t count) { return std::vector<ports::Arrival>(count); }

TEST(Inbox, EndsTheWaitWhenAMessageComes) {
  Inbox inbox;
  std::thread other([&] { inbox.post(Stop{}); });
  const auto messages = inbox.take(Milliseconds(10'000));
  other.join();
  ASSERT_EQ(messages.size(), 1u);
}

TEST(Inbox, GivesNothingWhenNothingComes) { EXPECT_TRUE(Inbox().take(Milliseconds(1)).empty()); }

TEST(Inbox, LetsTheOldestSnapshotsGiveWayAndCountsThem) {
  Inbox inbox;
  inbox.post(ports::Command{"1-0", "mode", {}, {}});
  inbox.post(arrivals(Inbox::kMaxArrivals - 10));
  inbox.post(arrivals(20));
  const auto messages = inbox.take(Milliseconds(0));
  ASSERT_EQ(messages.size(), 3u) << "commands never give way";
  EXPECT_TRUE(std::get<std::vector<ports::Arrival>>(messages[1]).empty());
  EXPECT_EQ(std::get<std::vector<ports::Arrival>>(messages[2]).size(), 20u);
  EXPECT_EQ(inbox.dropped_arrivals(), Inbox::kMaxArrivals - 10);
}

TEST(Inbox, HoldsSoManyEventsOfDomainsAndCountsTheOthersUntilTheLoopHasTakenThem) {
  Inbox inbox;
  for (std::size_t i = 0; i < Inbox::kMaxEvents + 5; ++i) inbox.post(ports::DomainEvent{});
  inbox.post(Stop{});
  EXPECT_EQ(inbox.take(Milliseconds(0)).size(), Inbox::kMaxEvents + 1);
  EXPECT_EQ(inbox.dropped_events(), 5U);
  inbox.post(ports::DomainEvent{});
  EXPECT_EQ(inbox.take(Milliseconds(0)).size(), 1U);
}

TEST(Inbox, HoldsSoManyBytesOfSnapshotsAndLetsTheOldestGo) {
  Inbox inbox;
  for (int i = 0; i < 20; ++i) {
    std::vector<ports::Arrival> one(1);
    one.front().bytes = Inbox::kMaxArrivalBytes / 10;
    one.front().snapshot.sequence = static_cast<std::uint64_t>(i);
    inbox.post(std::move(one));
  }
  std::size_t bytes = 0;
  std::uint64_t newest = 0;
  for (const Message& message : inbox.take(Milliseconds(0))) {
    for (const ports::Arrival& arrival : std::get<std::vector<ports::Arrival>>(message)) {
      bytes += arrival.bytes;
      newest = arrival.snapshot.sequence;
    }
  }
  EXPECT_LE(bytes, Inbox::kMaxArrivalBytes);
  EXPECT_GT(bytes, 0u);
  EXPECT_EQ(newest, 19u) << "the newest stays";
  EXPECT_GT(inbox.dropped_arrivals(), 0u);
}

TEST(Inbox, HoldsSoManySnapshotsThatCannotBeReadAndCountsTheOthers) {
  Inbox inbox;
  for (std::size_t i = 0; i < Inbox::kMaxBad + 7; ++i) inbox.post(ports::BadSnapshot{});
  EXPECT_EQ(inbox.take(Milliseconds(0)).size(), Inbox::kMaxBad);
  EXPECT_EQ(inbox.dropped_arrivals(), 7u);
}

TEST(StreamId, IsComparedAsNumbersNotAsText) {
  const auto id = [](const char* text) { return *record::stream_id_from_string(text); };
  EXPECT_GT(id("10-0"), id("9-5"));
  EXPECT_GT(id("9-10"), id("9-9"));
  EXPECT_EQ(id("9-9"), id("9-9"));
  EXPECT_GT(id("0-1"), record::StreamId{});
}

TEST(Inbox, BoundsCommandsAndKeepsThePauseThatComesLast) {
  Inbox inbox;
  for (std::size_t i = 0; i < Inbox::kMaxCommands + 5; ++i) inbox.post(ports::Command{"1-0", "reload", {}, {}});
  inbox.post(ports::Command{"2-0", "pause", {}, {}});
  EXPECT_EQ(inbox.dropped_commands(), 5u);
  const auto messages = inbox.take(Milliseconds(0));
  ASSERT_EQ(messages.size(), Inbox::kMaxCommands + 1);
  EXPECT_EQ(std::get<ports::Command>(messages.back()).verb, "pause");
  const std::string large(1u << 20, 'x');
  for (int i = 0; i < 20; ++i) inbox.post(ports::Command{"3-0", "drain", {{"node", large}}, {}});
  EXPECT_EQ(inbox.take(Milliseconds(0)).size(), 15u) << "their bytes are bounded too";
  inbox.post(ports::Command{"4-0", "reload", {}, {}});
  EXPECT_EQ(inbox.take(Milliseconds(0)).size(), 1u);
}

}  // namespace
}  // namespace hotspot::daemon
