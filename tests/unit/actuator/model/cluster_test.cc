#include "actuator/model/cluster.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::cluster_of;
using testing::domain;
using testing::kNow;
using testing::node;
using testing::uuid_of;

constexpr Milliseconds kSecond{1000};

TEST(Cluster, TakesTheNewestSnapshotOfEachNode) {
  Cluster cluster;
  EXPECT_EQ(cluster.apply(node("h1").cpu(0.1), kNow), Ingest::kTaken);
  EXPECT_EQ(cluster.apply(node("h1").cpu(0.9).at(kNow + kSecond, 2), kNow + kSecond), Ingest::kTaken);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->snapshot->node.cpu_ratio, 0.9);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->samples, 2u);
}

TEST(Cluster, RefusesWhatIsOlderTheSameOrFromTheFuture) {
  Cluster cluster = cluster_of({node("h1")});
  EXPECT_EQ(cluster.apply(node("h1"), kNow), Ingest::kDuplicate);
  EXPECT_EQ(cluster.apply(node("h1").at(kNow - kSecond), kNow), Ingest::kOutOfOrder);
  EXPECT_EQ(cluster.apply(node("h1").at(kNow + 60 * kSecond), kNow), Ingest::kFuture);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->samples, 1u);
}

TEST(Cluster, CountsTheSnapshotsThatTheSequenceSaysWereLost) {
  Cluster cluster = cluster_of({node("h1").at(kNow, 7)});
  cluster.apply(node("h1").at(kNow + kSecond, 11), kNow);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->missed, 3u);
}

TEST(Cluster, TakesALowerSequenceForACollectorThatWasRestarted) {
  Cluster cluster = cluster_of({node("h1").at(kNow, 700)});
  EXPECT_EQ(cluster.apply(node("h1").at(kNow + kSecond, 1), kNow), Ingest::kTaken);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->missed, 0u);
}

TEST(Cluster, KnowsADomainWhereItRunsWhileBothNodesOfAMigrationReportIt) {
  const auto incoming = domain("a").state(telemetry::DomainState::kPaused);
  const Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2").with(incoming)});
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h1");
  EXPECT_FALSE(cluster.belongs_here(*cluster.find_node(uuid_of("h2")), incoming));
}

TEST(Cluster, FollowsADomainToTheNodeWhereItRunsNow) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2")});
  cluster.apply(node("h2").with(domain("a")).at(kNow + kSecond, 2), kNow + kSecond);
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h2");
  cluster.apply(node("h1").at(kNow + kSecond, 2), kNow + kSecond);
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h2");
}

TEST(Cluster, KeepsADomainThatTwoNodesRunWhereItBeganToRunLast) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2")});
  for (int i = 1; i < 5; ++i) {
    const WallTime at = kNow + i * kSecond;
    cluster.apply(node("h2").with(domain("a")).at(at, 2), at);
    cluster.apply(node("h1").with(domain("a")).at(at, 2), at);
    EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h2") << "it does not go forth and back";
    EXPECT_EQ(cluster.find_running(uuid_of("a")).size(), 2U);
  }
  const WallTime later = kNow + 6 * kSecond;
  cluster.apply(node("h2").at(later, 3), later);
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h1");
  EXPECT_TRUE(cluster.reported_elsewhere().empty());
}

TEST(Cluster, ANodeThatIsSeenForTheFirstTimeTakesNoDomainFromAnother) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2").with(domain("a"))});
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h1");
  cluster.forget_node(uuid_of("h1"));
  EXPECT_EQ(cluster.find_domain(uuid_of("a")).node->name(), "h2");
}

TEST(Cluster, ForgetsADomainThatNoNodeReportsAnyMore) {
  Cluster cluster = cluster_of({node("h1").with(domain("a"))});
  cluster.apply(node("h1").at(kNow + kSecond, 2), kNow + kSecond);
  EXPECT_FALSE(cluster.find_domain(uuid_of("a")));
}

TEST(Cluster, TellsTwoDomainsOfOneNameApart) {
  telemetry::DomainSample other = domain("a");
  other.uuid = "uuid-other";
  const Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2").with(other)});
  EXPECT_EQ(cluster.find_domains_by_name("a").size(), 2u);
}

TEST(Cluster, TakesWhatComesAfterAllClocksWereSetBack) {
  Cluster cluster = cluster_of({node("h1").at(kNow)});
  const WallTime back = kNow - 3600 * kSecond;
  EXPECT_EQ(cluster.apply(node("h1").at(back, 2), back), Ingest::kTaken);
  EXPECT_EQ(cluster.find_node(uuid_of("h1"))->taken_at(), back);
}

TEST(Freshness, IsMeasuredInTheNodesOwnIntervals) {
  const Cluster cluster = cluster_of({node("h1").interval(10)});
  const Node& h1 = *cluster.find_node(uuid_of("h1"));
  EXPECT_FALSE(is_stale(h1, kNow + 30 * kSecond, {}));
  EXPECT_TRUE(is_stale(h1, kNow + 31 * kSecond, {}));
}

TEST(Freshness, Law1CallsANodeStaleWhoseSnapshotSeemsToBeOfTheFuture) {
  const Cluster cluster = cluster_of({node("h1")});
  const Node& h1 = *cluster.find_node(uuid_of("h1"));
  EXPECT_FALSE(is_stale(h1, kNow - 5 * kSecond, {})) << "clocks differ a little";
  EXPECT_TRUE(is_stale(h1, kNow - 6 * kSecond, {})) << "ours was set back: nobody knows how old it is";
}

TEST(Freshness, NeverCallsAFastNodeStaleWithinTheSmallestAge) {
  const Cluster cluster = cluster_of({node("h1").interval(0.1)});
  EXPECT_FALSE(is_stale(*cluster.find_node(uuid_of("h1")), kNow + 3 * kSecond, {}));
}

TEST(Cluster, FindsADomainAfterItsPlaceInTheListChanged) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")).with(domain("b")).with(domain("c"))});
  cluster.apply(node("h1").with(domain("c")).with(domain("b")).at(kNow + kSecond, 2), kNow + kSecond);
  EXPECT_EQ(cluster.find_domain(uuid_of("c")).domain->name, "c");
  EXPECT_EQ(cluster.find_domain(uuid_of("b")).domain->name, "b");
  EXPECT_FALSE(cluster.find_domain(uuid_of("a")));
  EXPECT_TRUE(cluster.find_domains_by_name("a").empty());
  EXPECT_EQ(cluster.find_domains_by_name("c").size(), 1u);
}

TEST(Cluster, FindsADomainByTheNameThatItHasNow) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2").with(domain("b"))});
  DomainSample renamed = domain("a");
  renamed.name = "b";
  cluster.apply(node("h1").with(renamed).at(kNow + kSecond, 2), kNow + kSecond);
  EXPECT_TRUE(cluster.find_domains_by_name("a").empty());
  const auto found = cluster.find_domains_by_name("b");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].node->name(), "h1");
  EXPECT_EQ(found[1].node->name(), "h2");
}

TEST(Cluster, FindsADomainByNameOnceWhereverItMoves) {
  Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2")});
  for (int i = 1; i <= 6; ++i) {
    const WallTime now = kNow + i * kSecond;
    const bool there = i % 2 == 1;
    const auto mine = [&](const char* name, bool has) {
      return has ? node(name).at(now, 1u + static_cast<unsigned>(i)).with(domain("a")) : node(name).at(now, 9);
    };
    cluster.apply(mine("h2", there), now);
    cluster.apply(mine("h1", !there), now);
    const auto found = cluster.find_domains_by_name("a");
    ASSERT_EQ(found.size(), 1u) << "after move " << i;
    EXPECT_EQ(found[0].node->name(), there ? "h2" : "h1");
  }
  cluster.forget_node(uuid_of("h1"));
  EXPECT_TRUE(cluster.find_domains_by_name("a").empty());
}

}  // namespace
}  // namespace hotspot::model
