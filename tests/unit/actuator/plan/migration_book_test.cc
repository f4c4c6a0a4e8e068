#include "actuator/plan/migration_book.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::plan {
namespace {

using testing::cluster_of;
using testing::domain;
using testing::kNow;
using testing::node;
using testing::uuid_of;

model::Action moved() {
  model::Action action;
  action.domain_uuid = uuid_of("a");
  action.node_uuid = uuid_of("h1");
  action.step = model::MigrateTo{uuid_of("h2"), "h2", "qemu+tcp://h2/system"};
  action.expected = {{kExpectedEstimate, 100 * kMebibyte}};
  return action;
}

// 120 MiB in the first round at 20 MiB/s, a quarter of it written meanwhile, and so on.
Figures figures() {
  return {{"first_round_ms", 6000},
          {"precopy_ms", 7875},
          {"last_round_ms", 375},
          {"stop_and_copy_ms", 125},
          {"memory_processed_bytes", 160 * kMebibyte},
          {"total_ms", 9200}};
}

class MigrationBookTest : public ::testing::Test {
 protected:
  MigrationBookTest() {
    telemetry::DomainSample sample = domain("a");
    sample.memory_balloon_bytes = 256 * kMebibyte;
    sample.memory_unused_bytes = 156 * kMebibyte;
    cluster_ = cluster_of({node("h1").with(sample), node("h2")});
  }
  Figures expect(const MigrationSettings& settings = {}) const {
    return figures_of(book_.expect(cluster_.find_domain(uuid_of("a")), *cluster_.find_node(uuid_of("h2")), settings));
  }
  model::Cluster cluster_;
  MigrationBook book_;
};

TEST_F(MigrationBookTest, ExpectsWhatTheGuestDoesNotCallUnusedWhereNothingWasLearned) {
  EXPECT_EQ(expect()[kExpectedMemory], 100 * kMebibyte);
  EXPECT_FALSE(expect().contains(kExpectedDirtyLast));
  EXPECT_FALSE(expect().contains(kExpectedOverhead));
}

TEST_F(MigrationBookTest, LearnsBandwidthOverheadMemoryAndDirtyRateFromTheRounds) {
  book_.note(moved(), figures(), kNow);
  EXPECT_NEAR(expect()[kExpectedBandwidth], 20 * kMebibyte, 1);
  EXPECT_NEAR(expect()[kExpectedOverhead], 1.2, 1e-9);
  EXPECT_NEAR(expect()[kExpectedMemory], 120 * kMebibyte, 1);
  EXPECT_NEAR(expect()[kExpectedDirtyLast], 5 * kMebibyte, 1) << "1.875 s were sent that were written within 7.5 s";
}

TEST_F(MigrationBookTest, ExpectsWhatIsUsualOfAGuestAndAPairThatNeverMoved) {
  for (const char* name : {"b", "c", "d"}) {
    model::Action action = moved();
    action.domain_uuid = uuid_of(name);
    action.node_uuid = uuid_of(std::string("from-") + name);
    Figures all = figures();
    if (name[0] == 'd') all["first_round_ms"] = 7000, all["total_ms"] = 99'000;
    book_.note(action, all, kNow);
  }
  EXPECT_NEAR(expect()[kExpectedMemory], 120 * kMebibyte, 1) << "20 MiB that it has freed are sent of most";
  EXPECT_NEAR(expect()[kExpectedBandwidth], 20 * kMebibyte, 1);
  EXPECT_NEAR(expect()[kExpectedOverhead], 1.2, 1e-9);
  EXPECT_FALSE(expect().contains(kExpectedStopBandwidth)) << "the downtime is at stake";
  EXPECT_EQ(expect({.bandwidth_bytes_per_second = 8 * kMebibyte})[kExpectedBandwidth], 8 * kMebibyte);
  MigrationBook again;
  again.restore(book_.pairs(), book_.domains());
  EXPECT_NEAR(again.usual().freed_bytes, 20 * kMebibyte, 1);
}

TEST_F(MigrationBookTest, KnowsBetterFromTheNodesLinksWhatANewPairCarriesThanFromOthers) {
  model::Action other = moved();
  other.node_uuid = uuid_of("h8");
  book_.note(other, figures(), kNow);
  const std::vector<telemetry::LinkSample> links{{"eth0", 1e10, {}, {}}};
  cluster_ = cluster_of({node("h1").with(domain("a")).set(&telemetry::NodeSample::links, links),
                         node("h2").set(&telemetry::NodeSample::links, links)});
  EXPECT_GT(expect()[kExpectedBandwidth], 1e9);
}

TEST_F(MigrationBookTest, ForgetsWithAGuestWhatItMadeUsual) {
  model::Action action = moved();
  action.domain_uuid = uuid_of("b");
  book_.note(action, figures(), kNow);
  book_.forget_old(kNow + std::chrono::hours(13));
  EXPECT_EQ(expect()[kExpectedMemory], 100 * kMebibyte);
}

TEST_F(MigrationBookTest, NeverExpectsMoreOfAGuestThatNeverMovedThanItHas) {
  model::Action action = moved();
  action.domain_uuid = uuid_of("b");
  Figures all = figures();
  all["first_round_ms"] = 60'000;
  book_.note(action, all, kNow);
  EXPECT_EQ(expect()[kExpectedMemory], 256 * kMebibyte);
}

// What the guest has freed since is sent all the same: it is not zero.
TEST_F(MigrationBookTest, ExpectsNoLessThanWasSentAlsoWhenTheGuestUsesLess) {
  Figures less = figures();
  less["first_round_ms"] = 4500;  // 90 MiB of the 100 that were thought
  less["memory_processed_bytes"] = 157.5 * kMebibyte;
  book_.note(moved(), less, kNow);
  telemetry::DomainSample sample = domain("a");
  sample.memory_balloon_bytes = 256 * kMebibyte;
  sample.memory_unused_bytes = 196 * kMebibyte;
  cluster_ = cluster_of({node("h1").with(sample), node("h2")});
  EXPECT_NEAR(expect()[kExpectedMemory] / kMebibyte, 88.6, 0.1);
}

TEST_F(MigrationBookTest, LearnsNoBandwidthFromPostCopy) {
  Figures turned = figures();
  turned["post_copy"] = 1;
  book_.note(moved(), turned, kNow);
  EXPECT_FALSE(expect().contains(kExpectedOverhead));
}

TEST_F(MigrationBookTest, LearnsOfEachPairOfNodesAlone) {
  book_.note(moved(), figures(), kNow);
  model::Action back = moved();
  back.node_uuid = uuid_of("h2");
  std::get<model::MigrateTo>(back.step).target_uuid = uuid_of("h1");
  Figures slower = figures();
  slower["total_ms"] = 19'200;
  book_.note(back, slower, kNow);
  EXPECT_NEAR(expect()[kExpectedOverhead], 1.2, 1e-9);
}

TEST_F(MigrationBookTest, NeverExpectsMoreThanTheConfiguredBandwidth) {
  book_.note(moved(), figures(), kNow);
  EXPECT_EQ(expect({.bandwidth_bytes_per_second = 8 * kMebibyte})[kExpectedBandwidth], 8 * kMebibyte);
  EXPECT_NEAR(expect({.bandwidth_bytes_per_second = 80 * kMebibyte})[kExpectedBandwidth], 20 * kMebibyte, 1);
}

TEST_F(MigrationBookTest, LearnsNoDirtyRateOfAGuestThatWasSlowedDown) {
  Figures slowed = figures();
  slowed["throttle_percent"] = 40;
  book_.note(moved(), slowed, kNow);
  EXPECT_FALSE(expect().contains(kExpectedDirtyLast));
}

TEST_F(MigrationBookTest, TakesTheWaitingForAGuestThatIsSlowedDownForNoSlownessOfTheLink) {
  book_.note(moved(), figures(), kNow);
  Figures slowed = figures();
  slowed["throttle_percent"] = 99;
  slowed["precopy_ms"] = 15'875;
  book_.note(moved(), slowed, kNow);
  EXPECT_NEAR(expect().at(kExpectedBandwidth), 20 * kMebibyte, 1);
  EXPECT_NEAR(book_.domains().at(uuid_of("a")).first_round_bytes, 120 * kMebibyte, 1);
}

// 8 MiB in the last pass, at least, within 50 ms.
Figures with_stop(double bytes, double downtime_ms) {
  Figures all = figures();
  all["stop_and_copy_bytes"] = bytes;
  all["downtime_ms"] = downtime_ms;
  all["downtime_limit_ms"] = 200;
  all["max_downtime_ms"] = 300;
  return all;
}

TEST_F(MigrationBookTest, LearnsWhatTheLinkCarriesAtLeastWhileTheGuestStandsStill) {
  EXPECT_FALSE(expect().contains(kExpectedStopBandwidth));
  book_.note(moved(), with_stop(8 * kMebibyte, 50), kNow);
  EXPECT_NEAR(expect()[kExpectedStopBandwidth], 160 * kMebibyte, 1);
  EXPECT_NEAR(expect()[kExpectedBandwidth], (160 - 8) / 7.875 * kMebibyte, 1) << "of the rounds alone";
  book_.note(moved(), with_stop(2 * kMebibyte, 25), kNow);
  EXPECT_NEAR(expect()[kExpectedStopBandwidth], 160 * kMebibyte, 1) << "less was left, which proves nothing";
}

TEST_F(MigrationBookTest, KnowsNoBetterWhatAFirstRoundLeftOutThanFromTheOneBefore) {
  book_.note(moved(), figures(), kNow);
  Figures large = figures();
  large["first_round_ms"] = 4000;  // 80 MiB, and up to 59 more that may be zero or not
  large["downtime_limit_ms"] = 3000;
  book_.note(moved(), large, kNow);
  EXPECT_NEAR(expect()[kExpectedMemory], 120 * kMebibyte, 1);
  large["first_round_ms"] = 7000;
  book_.note(moved(), large, kNow);
  EXPECT_NEAR(expect()[kExpectedMemory], 140 * kMebibyte, 1) << "no less than was sent";
}

TEST_F(MigrationBookTest, TrustsWhatTheLinkCarriedNoLongerOnceAGuestStoodStillForLongerThanIsAllowed) {
  book_.note(moved(), with_stop(8 * kMebibyte, 50), kNow);
  book_.note(moved(), with_stop(20 * kMebibyte, 1000), kNow);
  EXPECT_NEAR(expect()[kExpectedStopBandwidth], 20 * kMebibyte, 1);
  book_.note(moved(), with_stop(8 * kMebibyte, 50), kNow);
  EXPECT_NEAR(expect()[kExpectedStopBandwidth], 90 * kMebibyte, 1) << "and comes to trust it again by halves";
  Figures all_at_the_end = with_stop(60 * kMebibyte, 3000);
  all_at_the_end["precopy_ms"] = 100;
  all_at_the_end.erase("stop_and_copy_bytes");
  book_.note(moved(), all_at_the_end, kNow);
  EXPECT_LE(expect()[kExpectedStopBandwidth], kMebibyte) << "also where it is not known how much it sent";
  book_.note(moved(), with_stop(8 * kMebibyte, 50), kNow);
  EXPECT_LE(expect()[kExpectedStopBandwidth], 81 * kMebibyte) << "and again by halves";
  book_.note(moved(), {{"downtime_ms", 900}, {"max_downtime_ms", 300}}, kNow);
  EXPECT_LE(expect()[kExpectedStopBandwidth], kMebibyte) << "also of one that was taken over and tells no phases";
}

TEST_F(MigrationBookTest, LearnsNothingOfTheLastPassWhereTheCopyingOfDisksEndsInIt) {
  Figures disks = with_stop(8 * kMebibyte, 50);
  disks["storage_ms"] = 1000;
  book_.note(moved(), disks, kNow);
  EXPECT_FALSE(expect().contains(kExpectedStopBandwidth));
}

TEST_F(MigrationBookTest, LearnsNoLinkFromALastPassOfNothing) {
  book_.note(moved(), with_stop(0.5 * kMebibyte, 10), kNow);
  EXPECT_FALSE(expect().contains(kExpectedStopBandwidth));
}

TEST_F(MigrationBookTest, LearnsNothingFromAMigrationWithoutPhases) {
  book_.note(moved(), {{"total_ms", 9200}, {"memory_processed_bytes", 1e8}}, kNow);
  EXPECT_TRUE(book_.pairs().empty());
  EXPECT_TRUE(book_.domains().empty());
}

TEST_F(MigrationBookTest, GivesTheNewestMigrationHalfOfTheWeight) {
  book_.note(moved(), figures(), kNow);
  Figures slower = figures();
  slower["memory_processed_bytes"] = 80 * kMebibyte;
  book_.note(moved(), slower, kNow);
  EXPECT_NEAR(expect()[kExpectedBandwidth], 15 * kMebibyte, 1);
}

TEST_F(MigrationBookTest, OutlivesARestart) {
  book_.note(moved(), figures(), kNow);
  MigrationBook restored;
  restored.restore(book_.pairs(), book_.domains());
  EXPECT_EQ(restored.pairs(), book_.pairs());
  EXPECT_EQ(restored.domains(), book_.domains());
  EXPECT_EQ(restored.pairs().size(), 1u);
}

TEST_F(MigrationBookTest, RefusesWhatIsNoBookAndStaysAsItWas) {
  book_.note(moved(), figures(), kNow);
  const auto pairs = book_.pairs();
  const auto domains = book_.domains();
  for (const char* wrong : {"nonsense", "pair a b", "pair a b -1 0 1", "guest a 1 0 5"})
    EXPECT_FALSE(book_.restore(wrong)) << wrong;
  EXPECT_EQ(book_.pairs(), pairs);
  EXPECT_EQ(book_.domains(), domains);
}

TEST_F(MigrationBookTest, ForgetsWhatADomainDidHalfADayAgo) {
  book_.note(moved(), figures(), kNow);
  book_.forget_old(kNow + std::chrono::hours(13));
  EXPECT_TRUE(book_.domains().empty());
  EXPECT_EQ(book_.pairs().size(), 1u) << "the link is as it was";
}

// The worker has the figures, the search what they are made of.
TEST_F(MigrationBookTest, GivesTheSameOutlookAsItsFigures) {
  ExpectedMigration expected = book_.expect(cluster_.find_domain(uuid_of("a")), *cluster_.find_node(uuid_of("h2")), {});
  const auto same = [&] {
    const MigrationOutlook a = outlook_of(expected), b = outlook_of(figures_of(expected));
    EXPECT_EQ(a.memory.bytes, b.memory.bytes);
    EXPECT_EQ(a.memory.whole_bytes, b.memory.whole_bytes);
    EXPECT_EQ(a.memory.busy_ratio, b.memory.busy_ratio);
    EXPECT_EQ(a.memory.dirty_bytes_per_second, b.memory.dirty_bytes_per_second);
    EXPECT_EQ(a.bytes_per_second, b.bytes_per_second);
    EXPECT_EQ(a.stop_bytes_per_second, b.stop_bytes_per_second);
    EXPECT_EQ(a.overhead_seconds, b.overhead_seconds);
    EXPECT_EQ(a.storage.bytes, b.storage.bytes);
    EXPECT_EQ(a.storage.bytes_per_second, b.storage.bytes_per_second);
    EXPECT_EQ(a.storage.written_bytes_per_second, b.storage.written_bytes_per_second);
  };
  same();
  expected.last_dirty_bytes_per_second = 7;
  expected.busiest_vcpu_ratio = 0.3;
  expected.overhead_seconds = 2.5;
  expected.stop_bytes_per_second = 11;
  expected.storage_bytes = 13;
  expected.storage_bytes_per_second = 17;
  expected.storage_written_bytes_per_second = 19;
  same();
  expected.dirty_bytes_per_second = 23;
  same();
  EXPECT_EQ(outlook_of(expected).memory.dirty_bytes_per_second, 23) << "what was measured, not what was seen last";
}

}  // namespace
}  // namespace hotspot::plan
