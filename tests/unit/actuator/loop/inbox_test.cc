#include "actuator/loop/inbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "actuator/record/stream_id.h"

namespace hotspot::loop {
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

std::vector<ports::Arrival> numbered(std::uint64_t from, std::uint64_t to, std::size_t bytes) {
  std::vector<ports::Arrival> some;
  for (std::uint64_t number = from; number <= to; ++number) {
    some.emplace_back();
    some.back().snapshot.sequence = number;
    some.back().bytes = bytes;
  }
  return some;
}

// The numbers of the snapshots that are taken, and how many other messages come with them.
std::pair<std::vector<std::uint64_t>, std::size_t> take(Inbox& inbox, Inbox::Room room) {
  std::pair<std::vector<std::uint64_t>, std::size_t> taken;
  for (const Message& message : inbox.take(Milliseconds(0), room)) {
    const auto* some = std::get_if<std::vector<ports::Arrival>>(&message);
    if (some == nullptr) ++taken.second;
    if (some == nullptr) continue;
    for (const ports::Arrival& arrival : *some) taken.first.push_back(arrival.snapshot.sequence);
  }
  return taken;
}

TEST(Inbox, GivesAsManySnapshotsAsThereIsRoomForAndKeepsTheOthersInTheirOrder) {
  using Numbers = std::vector<std::uint64_t>;
  Inbox inbox;
  inbox.post(numbered(1, 3, 100));
  inbox.post(ports::Command{"1-0", "pause", {}, {}});
  inbox.post(numbered(4, 6, 100));
  inbox.post(Stop{});
  EXPECT_EQ(take(inbox, {.arrivals = 2, .bytes = 10'000}), std::pair(Numbers({1, 2}), std::size_t{2}))
      << "a pause waits for no snapshot";
  EXPECT_EQ(take(inbox, {.arrivals = 0, .bytes = 10'000}).first, Numbers());
  EXPECT_EQ(take(inbox, {.arrivals = 10, .bytes = 1}).first, Numbers({3})) << "one fits, however large it is";
  EXPECT_EQ(take(inbox, {.arrivals = 10, .bytes = 150}).first, Numbers({4, 5}));
  EXPECT_EQ(take(inbox, {}).first, Numbers({6}));
  EXPECT_EQ(inbox.dropped_arrivals(), 0U);
}

TEST(Inbox, CountsWhatStaysInItAgainstItsBounds) {
  Inbox inbox;
  inbox.post(numbered(1, 10, Inbox::kMaxArrivalBytes / 10));
  EXPECT_EQ(take(inbox, {.arrivals = 4, .bytes = Inbox::kMaxArrivalBytes}).first.size(), 4U);
  inbox.post(numbered(11, 14, Inbox::kMaxArrivalBytes / 10));
  EXPECT_EQ(inbox.dropped_arrivals(), 0U) << "there was room again";
  inbox.post(numbered(15, 16, Inbox::kMaxArrivalBytes / 10));
  EXPECT_GT(inbox.dropped_arrivals(), 0U);
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
}  // namespace hotspot::loop
