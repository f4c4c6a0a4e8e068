#include "actuator/model/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::cluster_of;
using testing::domain;
using testing::kNow;
using testing::node;

std::vector<SeriesValue> read(const Cluster& cluster, const char* name, WallTime now = kNow) {
  std::vector<SeriesValue> values;
  read_series({cluster, now}, *find_series(name), {}, values);
  return values;
}

TEST(Series, AreSortedByNameSoThatTheyAreFound) {
  const auto all = series_catalog();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  for (const SeriesInfo& series : all) EXPECT_EQ(find_series(series.name)->name, series.name);
  EXPECT_EQ(find_series("domain_cpu_ratoi"), nullptr);
}

TEST(Series, OfADomainHaveItsValueAndItsNode) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a").cpu(0.7))});
  const auto values = read(cluster, "domain_cpu_ratio");
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].node->name(), "h1");
  EXPECT_EQ(values[0].domain->name, "a");
  EXPECT_EQ(values[0].value, 0.7);
}

TEST(Series, LeaveOutWhatWasNotMeasured) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a").set(&DomainSample::cpu_ratio, std::nullopt))});
  EXPECT_TRUE(read(cluster, "domain_cpu_ratio").empty());
}

TEST(Series, LeaveOutDomainsThatDoNotRun) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a").state(telemetry::DomainState::kPaused))});
  EXPECT_TRUE(read(cluster, "domain_vcpus").empty());
}

TEST(Series, LeaveOutStaleNodesExceptToSayThatTheyAreStale) {
  const Cluster cluster = cluster_of({node("h1")});
  const WallTime later = kNow + std::chrono::seconds(60);
  EXPECT_TRUE(read(cluster, "node_cpu_ratio", later).empty());
  ASSERT_EQ(read(cluster, "snapshot_age_seconds", later).size(), 1u);
  EXPECT_EQ(read(cluster, "snapshot_age_seconds", later)[0].value, 60);
}

TEST(Series, OfDevicesComeOneADevice) {
  telemetry::DomainSample a = domain("a");
  a.disks = {{.device = "vda", .read_bytes_per_second = 1.0}, {.device = "vdb", .read_bytes_per_second = 2.0}};
  a.vcpu_samples = {{.vcpu = 0, .cpu_ratio = 0.5}, {.vcpu = 1}};
  const Cluster cluster = cluster_of({node("h1").with(a)});
  ASSERT_EQ(read(cluster, "domain_block_read_bytes_per_second").size(), 2u);
  EXPECT_EQ(read(cluster, "domain_block_read_bytes_per_second")[1].device, "vdb");
  ASSERT_EQ(read(cluster, "domain_vcpu_ratio").size(), 1u) << "vCPU 1 was not measured";
}

TEST(Series, OfANodesLinksAreTheirSumAndAbsentWhereOneWasNotMeasured) {
  Cluster cluster = cluster_of({node("h1"), node("h2")});
  EXPECT_TRUE(read(cluster, "node_net_receive_bytes_per_second").empty()) << "no link is known";
  const std::vector<telemetry::LinkSample> links{{"eth0", 8e9, 5.0, std::nullopt}, {"eth1", 8e9, 7.0, 1.0}};
  cluster = cluster_of({node("h3").set(&telemetry::NodeSample::links, links)});
  EXPECT_EQ(read(cluster, "node_net_receive_bytes_per_second").at(0).value, 12);
  EXPECT_EQ(read(cluster, "node_net_speed_bytes_per_second").at(0).value, 2e9);
  EXPECT_TRUE(read(cluster, "node_net_transmit_bytes_per_second").empty());
}

TEST(Series, AreAllInTheDocumentationWithTheirUnit) {
  std::ifstream file(HOTSPOT_SOURCE_DIR "/docs/metrics.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const SeriesInfo& series : series_catalog()) {
    const std::string row = "| `" + std::string(series.name) + "` | " + to_string(series.unit) + " |";
    EXPECT_NE(text.str().find(row), std::string::npos) << "docs/metrics.md lacks a row that begins " << row;
  }
}

}  // namespace
}  // namespace hotspot::model
