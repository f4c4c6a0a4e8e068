// Groups of statistics that are read at times of their own, and what else a sample is made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectd-plugin/collector.h"

namespace hotspot::collector {
namespace {

using ::testing::ElementsAre;

SteadyTime second(double seconds) {
  return SteadyTime() + std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(100 + seconds));
}

// A domain whose disk had read that many times a hundred bytes when it was read last, at that second.
Reading reading_at(double at, double disks_at, std::uint64_t reads, int id = 1) {
  Reading reading;
  reading.at = second(at);
  DomainReading domain;
  domain.uuid = "uuid";
  domain.id = id;
  domain.state = 1;
  domain.times.disks = domain.times.memory = second(disks_at);
  domain.disks.resize(1);
  domain.disks[0].device = "vda";
  domain.disks[0].read_ops = reads;
  domain.disks[0].read_bytes = 100 * reads;
  domain.disks[0].read_ns = 5'000'000 * reads;
  domain.disks[0].capacity_bytes = 1 << 20;
  domain.swap_in_bytes = 10 * reads;
  reading.domains.push_back(domain);
  return reading;
}

TEST(CollectorGroups, HaveRatesOverTheTimeBetweenTheirOwnReadings) {
  const Reading before = reading_at(0, 0, 0), now = reading_at(10, 8, 4);
  const auto sample = make_snapshot(&before, now, {}).domains.at(0);
  EXPECT_EQ(sample.disks.at(0).read_ops_per_second, 0.5);
  EXPECT_EQ(sample.disks.at(0).read_bytes_per_second, 50);
  EXPECT_DOUBLE_EQ(*sample.disks.at(0).read_latency_seconds, 0.005);
  EXPECT_EQ(sample.disks.at(0).write_latency_seconds, std::nullopt);
  EXPECT_EQ(sample.disks.at(0).capacity_bytes, 1 << 20);
  EXPECT_EQ(sample.swap_in_bytes_per_second, 5);
}

TEST(CollectorGroups, KeepTheirRatesUntilTheyAreReadAnew) {
  const Reading first = reading_at(0, 0, 0), second_one = reading_at(5, 4, 4), third = reading_at(10, 4, 4);
  const auto measured = make_snapshot(&first, second_one, {});
  SnapshotContext context;
  context.earlier = &measured;
  const auto kept = make_snapshot(&second_one, third, context).domains.at(0);
  EXPECT_EQ(kept.disks.at(0).read_ops_per_second, 1.0);
  EXPECT_EQ(kept.swap_in_bytes_per_second, 10);
  const Reading fourth = reading_at(15, 12, 4);
  const auto snapshot = make_snapshot(&second_one, third, context);
  context.earlier = &snapshot;
  EXPECT_EQ(make_snapshot(&third, fourth, context).domains.at(0).disks.at(0).read_ops_per_second, 0.0);
}

TEST(CollectorGroups, HaveNoRatesAcrossANewStartOfTheDomain) {
  const Reading before = reading_at(0, 0, 0, 1), now = reading_at(10, 10, 4, 2);
  const auto measured = make_snapshot(&before, now, {});
  EXPECT_EQ(measured.domains.at(0).disks.at(0).read_ops_per_second, std::nullopt);
  EXPECT_EQ(measured.domains.at(0).swap_in_bytes_per_second, std::nullopt);
}

TEST(CollectorGroups, OfCpuAreMeasuredWhenTheDomainItselfWasRead) {
  Reading before = reading_at(0, 0, 0), now = reading_at(10, 10, 0);
  before.domains[0].times.cpu = second(0.5);
  now.domains[0].times.cpu = second(8.5);
  before.domains[0].cpu_ns = 0;
  now.domains[0].cpu_ns = 4'000'000'000;
  EXPECT_EQ(make_snapshot(&before, now, {}).domains.at(0).cpu_cores, 0.5);
}

TEST(CollectorOfANode, MeasuresLinksSwapAndSteal) {
  Reading before, now;
  before.at = second(0);
  now.at = second(2);
  before.node.links = {{"eth0", 100, 200, 1e9}};
  now.node.links = {{"eth0", 300, 240, 1e9}, {"eth1", 5, 5, std::nullopt}};
  before.node.swap_in_bytes = 0;
  now.node.swap_in_bytes = 8192;
  for (Reading* one : {&before, &now}) {
    one->node.cpu_user_ns = one->node.cpu_system_ns = one->node.cpu_idle_ns = one->node.cpu_iowait_ns = 0;
    one->node.cpu_steal_ns = 0;
  }
  now.node.cpu_idle_ns = 3;
  now.node.cpu_steal_ns = 1;
  const auto node = make_snapshot(&before, now, {}).node;
  EXPECT_EQ(node.cpu_steal_ratio, 0.25);
  EXPECT_EQ(node.swap_in_bytes_per_second, 4096);
  EXPECT_EQ(node.swap_out_bytes_per_second, std::nullopt);
  EXPECT_THAT(node.links, ElementsAre(telemetry::LinkSample{"eth0", 1e9, 100, 20},
                                      telemetry::LinkSample{"eth1", std::nullopt, std::nullopt, std::nullopt}));
}

TEST(CollectorOfADomain, TellsTheJobThatHoldsIt) {
  Reading now = reading_at(0, 0, 0);
  now.domains[0].job_active = true;
  now.domains[0].job = {{"type", 2}, {"data_total", 100}, {"data_remaining", 40}};
  now.domains[0].dirty_bytes_per_second = 7;
  const auto sample = make_snapshot(nullptr, now, {}).domains.at(0);
  EXPECT_TRUE(sample.job_active);
  EXPECT_EQ(sample.job_total_bytes, 100);
  EXPECT_EQ(sample.job_remaining_bytes, 40);
  EXPECT_EQ(sample.dirty_bytes_per_second, 7);
}

}  // namespace
}  // namespace hotspot::collector
