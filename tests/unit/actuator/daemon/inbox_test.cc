#include "actuator/daemon/inbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "actuator/daemon/commands.h"

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

TEST(StreamId, IsComparedAsNumbersNotAsText) {
  EXPECT_TRUE(is_later_stream_id("10-0", "9-5"));
  EXPECT_TRUE(is_later_stream_id("9-10", "9-9"));
  EXPECT_FALSE(is_later_stream_id("9-9", "9-9"));
  EXPECT_TRUE(is_later_stream_id("0-1", ""));
}

}  // namespace
}  // namespace hotspot::daemon
