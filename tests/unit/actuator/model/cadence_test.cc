#include "actuator/model/cadence.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::kNow;
using testing::node;
using testing::uuid_of;

constexpr Milliseconds kOneSecond{1000};

// Snapshots of one node, each so long after the one before, which come as they are taken.
struct Sent {
  Cluster cluster;
  WallTime now = kNow;
  std::uint64_t sequence = 0;

  Ingest send(Milliseconds after, double interval_seconds) {
    now += after;
    const telemetry::NodeSnapshot snapshot = node("h1").at(now, ++sequence).interval(interval_seconds);
    const Ingest judged = cluster.judge(snapshot, now, {});
    return judged == Ingest::kTaken ? cluster.apply(snapshot, now) : judged;
  }
  bool stale_after(Milliseconds silence) const {
    return is_stale(*cluster.find_node(uuid_of("h1")), now + silence, {});
  }
};

TEST(Freshness, IsByTheGapsThatWereSeenNotByTheIntervalThatIsSaid) {
  Sent sent;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(sent.send(kOneSecond, 300), Ingest::kTaken);
  EXPECT_FALSE(sent.stale_after(3 * kOneSecond));
  EXPECT_TRUE(sent.stale_after(4 * kOneSecond));
}

TEST(Freshness, OfOneSnapshotEndsAtTheOperatorsLimit) {
  Sent sent;
  ASSERT_EQ(sent.send(kOneSecond, 300), Ingest::kTaken);
  EXPECT_FALSE(sent.stale_after(300 * kOneSecond));
  EXPECT_TRUE(sent.stale_after(304 * kOneSecond));
}

TEST(Freshness, OfANodeThatSendsAsItSaysLastsThreeIntervals) {
  Sent sent;
  for (int i = 0; i < 5; ++i) sent.send(10 * kOneSecond, 10);
  EXPECT_FALSE(sent.stale_after(30 * kOneSecond));
  EXPECT_TRUE(sent.stale_after(31 * kOneSecond));
}

TEST(Freshness, DoesNotCountSnapshotsThatCameTogether) {
  Cadence cadence{.said = 10 * kOneSecond};
  for (int i = 0; i < 9; ++i) cadence.note(kOneSecond, Milliseconds(2));
  EXPECT_FALSE(cadence.is_known());
  EXPECT_EQ(cadence.interval(), 10 * kOneSecond);
}

TEST(Freshness, RefusesAnIntervalThatIsLongerThanTheOperatorAllows) {
  Sent sent;
  EXPECT_EQ(sent.send(kOneSecond, 300.0 * 86'400), Ingest::kInterval);
  EXPECT_EQ(sent.send(kOneSecond, 301), Ingest::kInterval);
  EXPECT_EQ(sent.cluster.nodes().size(), 0u);
}

TEST(Freshness, RefusesSnapshotsThatAreTakenAlmostAtTheSameTime) {
  Sent sent;
  ASSERT_EQ(sent.send(kOneSecond, 1), Ingest::kTaken);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(sent.send(Milliseconds(1), 1), Ingest::kTooSoon);
  EXPECT_EQ(sent.send(Milliseconds(20), 1), Ingest::kTaken);
}

TEST(Freshness, RefusesWhatWasTakenLongAgo) {
  Cluster cluster;
  EXPECT_EQ(cluster.judge(node("h1").at(kNow - std::chrono::hours(25)), kNow, {}), Ingest::kOld);
}

TEST(Freshness, CountsNoMoreLostSnapshotsThanThereWasTimeFor) {
  Sent sent;
  sent.send(kOneSecond, 1);
  sent.sequence = 4'000'000'000'000;
  sent.send(kOneSecond, 1);
  EXPECT_EQ(sent.cluster.find_node(uuid_of("h1"))->missed, 20u);
}

}  // namespace
}  // namespace hotspot::model
