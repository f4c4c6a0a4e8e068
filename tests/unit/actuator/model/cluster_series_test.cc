#include "actuator/model/cluster_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

const Freshness kFreshness;
const Margins kMargins;

std::optional<double> imbalance(const Cluster& cluster, std::string_view resource) {
  return imbalance_ratio({cluster, kNow, kFreshness, kMargins}, resource);
}

std::optional<double> needed(const Cluster& cluster, Margins margins = {}) {
  return nodes_needed({cluster, kNow, kFreshness, margins});
}

TEST(Imbalance, IsTheStandardDeviationOfTheUsedShares) {
  const Cluster cluster = cluster_of({node("h1").cpu(0.9), node("h2").cpu(0.5), node("h3").cpu(0.1)});
  EXPECT_NEAR(*imbalance(cluster, "cpu"), std::sqrt((0.16 + 0 + 0.16) / 3), 1e-12);
  EXPECT_EQ(*imbalance(cluster, "memory"), 0) << "all have the same";
  EXPECT_EQ(imbalance(cluster, "network"), std::nullopt) << "no link is known";
}

TEST(Imbalance, CountsOnlyWhoIsFreshMeasuredAndNotToBeDrained) {
  Cluster cluster =
      cluster_of({node("h1").cpu(0.9), node("h2").cpu(0.5), node("old").cpu(0.1).at(kNow - Milliseconds(60'000)),
                  node("blind").set(&NodeSample::cpu_ratio, std::nullopt), node("leaving").cpu(0)});
  cluster.set_draining({uuid_of("leaving")});
  EXPECT_NEAR(*imbalance(cluster, "cpu"), 0.2, 1e-12);
  cluster.set_draining({uuid_of("leaving"), uuid_of("h2")});
  EXPECT_EQ(imbalance(cluster, "cpu"), std::nullopt) << "one node alone is not uneven, and not even";
}

TEST(Imbalance, CountsCpuThatDomainsWaitFor) {
  auto starved = domain("a").vcpus(4, 4).cpu(0.5);
  starved.set(&DomainSample::cpu_steal_ratio, 0.5);
  const Cluster cluster = cluster_of({node("h1").cpu(1.0).with(starved), node("h2").cpu(0.5)});
  EXPECT_NEAR(*imbalance(cluster, "cpu"), 0.5, 1e-9) << "1.5 and 0.5 of 4 CPUs";
}

// Guests with two cores busy and 4 GiB, on nodes of 16 CPUs and 64 GiB, half a core of which they use themselves.
telemetry::NodeSnapshot host(const std::string& name, int guests) {
  auto made = node(name).cpus(16).cpu((0.5 + 2 * guests) / 16).memory(64 * kGibibyte, (60 - 4LL * guests) * kGibibyte);
  for (int i = 0; i < guests; ++i)
    made.with(domain(name + std::to_string(i)).vcpus(4, 4).cpu(0.5).memory(4 * kGibibyte, 4 * kGibibyte));
  return made;
}

TEST(NodesNeeded, IsTheFewestNodesWithRoomForTheDemand) {
  EXPECT_EQ(needed(cluster_of({host("h1", 2), host("h2", 2), host("h3", 2)})), 1) << "12 cores on 12.3";
  EXPECT_EQ(needed(cluster_of({host("h1", 3), host("h2", 2), host("h3", 2)})), 2) << "14 cores on 12.3 each";
  EXPECT_EQ(needed(cluster_of({host("h1", 0), host("h2", 0)})), 0);
  EXPECT_EQ(needed(cluster_of({host("h1", 2), host("h2", 2)}), {.node_memory_margin_ratio = 0.75}), 2)
      << "16.3 GiB of memory on 12 each";
}

TEST(NodesNeeded, BeyondAllNodesItCountsThoseThatAreMissing) {
  EXPECT_EQ(needed(cluster_of({host("h1", 7), host("h2", 7), host("h3", 7)})), 4) << "42 cores on 12.3 each";
}

TEST(NodesNeeded, ANodeWithoutRoomTakesNothingFromTheOthers) {
  const auto busy = node("h3").cpus(16).cpu(1.5).memory(64 * kGibibyte, 60 * kGibibyte);
  EXPECT_EQ(needed(cluster_of({host("h1", 7), host("h2", 7), busy})), 3) << "28 cores on 12.3 each";
  EXPECT_EQ(needed(cluster_of({busy})), 0) << "nobody demands anything";
  auto full = busy;
  EXPECT_EQ(needed(cluster_of({full.with(domain("a").vcpus(4, 4).cpu(0.5).memory(4 * kGibibyte, 4 * kGibibyte))})), 2)
      << "one more than there are";
}

TEST(NodesNeeded, IsAbsentWhereNothingIsMeasured) {
  EXPECT_EQ(needed(cluster_of({})), std::nullopt);
  EXPECT_EQ(needed(cluster_of({node("h1").set(&NodeSample::cpu_ratio, std::nullopt)})), std::nullopt);
}

TEST(ClusterSeries, AreReadByResource) {
  const Cluster cluster = cluster_of({node("h1").cpu(0.9), node("h2").cpu(0.5)});
  std::vector<ClusterValue> values;
  read_cluster_series({cluster, kNow, kFreshness, kMargins}, *find_series("cluster_imbalance_ratio"), values);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].resource, "cpu");
  EXPECT_EQ(values[1].resource, "memory");
  read_cluster_series({cluster, kNow, kFreshness, kMargins}, *find_series("cluster_nodes_needed"), values);
  EXPECT_EQ(values.size(), 3u);
  std::vector<SeriesValue> of_nodes;
  read_series({cluster, kNow}, *find_series("cluster_nodes_needed"), kFreshness, of_nodes);
  EXPECT_TRUE(of_nodes.empty());
}

}  // namespace
}  // namespace hotspot::model
