// From two readings to a snapshot: the times, the node, and what comes of all domains together.
#include "collectd-plugin/collector.h"

#include <gtest/gtest.h>

namespace hotspot::collector {
namespace {

using telemetry::NodeSnapshot;

constexpr std::uint64_t kSecond = 1'000'000'000;  // in ns, as the counters are

Reading reading_at(double seconds) {
  Reading reading;
  reading.at = SteadyTime(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
  reading.taken_at = from_unix_ms(1'800'000'000'000 + static_cast<std::int64_t>(seconds * 1000));
  reading.node.fixed.name = "h1";
  reading.node.fixed.uri = "test:///h1";
  reading.node.fixed.cpus = 4;
  return reading;
}

DomainReading running(const std::string& name, std::uint64_t cpu_ns, int vcpus = 1) {
  DomainReading domain;
  domain.uuid = "uuid-" + name;
  domain.name = name;
  domain.state = 1;
  domain.vcpus = vcpus;
  domain.cpu_ns = cpu_ns;
  return domain;
}

void set_cpu(Reading& reading, std::uint64_t user, std::uint64_t system, std::uint64_t idle, Count iowait) {
  reading.node.cpu_user_ns = user;
  reading.node.cpu_system_ns = system;
  reading.node.cpu_idle_ns = idle;
  reading.node.cpu_iowait_ns = iowait;
}

NodeSnapshot after(const Reading& before, const Reading& now) { return make_snapshot(&before, now, {}); }
NodeSnapshot first(const Reading& now) { return make_snapshot(nullptr, now, {}); }

TEST(Collector, CarriesWhatItIsTold) {
  Reading now = reading_at(10);
  now.read_seconds = 0.25;
  now.silent_domains = {"a", "b", "c"};
  SnapshotContext context{
      .cluster = "rack", .actuator_uri = "qemu+tcp://h1/system", .interval_seconds = 5, .sequence = 7, .collector = {}};
  context.collector.version = "1.2.3";
  context.collector.dropped_snapshots = 9;
  const NodeSnapshot snapshot = make_snapshot(nullptr, now, context);
  EXPECT_EQ(snapshot.cluster, "rack");
  EXPECT_EQ(snapshot.sequence, 7u);
  EXPECT_EQ(snapshot.interval_seconds, 5);
  EXPECT_EQ(snapshot.taken_at, now.taken_at);
  EXPECT_EQ(snapshot.node.name, "h1");
  EXPECT_EQ(snapshot.node.uri, "qemu+tcp://h1/system");
  EXPECT_EQ(snapshot.collector.version, "1.2.3");
  EXPECT_EQ(snapshot.collector.dropped_snapshots, 9);
  EXPECT_EQ(snapshot.collector.read_seconds, 0.25);
  EXPECT_EQ(snapshot.collector.timed_out_domains, 3);
}

TEST(Collector, KeepsTheReadersUriWhereNoOtherIsTold) { EXPECT_EQ(first(reading_at(1)).node.uri, "test:///h1"); }

TEST(Collector, HasNoRatesAtTheFirstReading) {
  Reading now = reading_at(10);
  set_cpu(now, kSecond, kSecond, kSecond, kSecond);
  now.domains = {running("a", 5 * kSecond)};
  const NodeSnapshot snapshot = first(now);
  EXPECT_EQ(snapshot.elapsed_seconds, std::nullopt);
  EXPECT_EQ(snapshot.node.cpu_ratio, std::nullopt) << "not measured is not zero";
  EXPECT_EQ(snapshot.node.cpu_user_ratio, std::nullopt);
  EXPECT_EQ(snapshot.node.cpu_domains_ratio, std::nullopt);
  ASSERT_EQ(snapshot.domains.size(), 1u);
  EXPECT_EQ(snapshot.domains[0].cpu_ratio, std::nullopt);
}

TEST(Collector, DividesByTheTimeThatWasMeasuredAndNotByTheInterval) {
  Reading before = reading_at(10), now = reading_at(12.5);
  before.domains = {running("a", 0)};
  now.domains = {running("a", 2 * kSecond)};
  const NodeSnapshot snapshot = make_snapshot(&before, now, {.interval_seconds = 1});
  EXPECT_EQ(snapshot.elapsed_seconds, 2.5);
  EXPECT_EQ(snapshot.domains.at(0).cpu_ratio, 0.8);
}

TEST(Collector, MeasuresNothingBetweenTwoReadingsOfTheSameMoment) {
  Reading before = reading_at(10), now = reading_at(10);
  set_cpu(before, 0, 0, 0, 0);
  set_cpu(now, 1, 1, 1, 1);
  before.domains = now.domains = {running("a", 1)};
  const NodeSnapshot snapshot = after(before, now);
  EXPECT_EQ(snapshot.elapsed_seconds, std::nullopt);
  EXPECT_EQ(snapshot.node.cpu_ratio, std::nullopt);
  EXPECT_EQ(snapshot.domains.at(0).cpu_ratio, std::nullopt);
  EXPECT_EQ(after(reading_at(11), now).elapsed_seconds, std::nullopt) << "nor backwards in time";
}

TEST(Collector, SharesTheNodesCpuTimeAmongItsKinds) {
  Reading before = reading_at(10), now = reading_at(11);
  set_cpu(before, 100, 200, 300, 400);
  set_cpu(now, 100 + 4, 200 + 2, 300 + 12, 400 + 2);  // whatever clock the kernel counts by
  const NodeSnapshot snapshot = after(before, now);
  EXPECT_DOUBLE_EQ(snapshot.node.cpu_ratio.value(), 0.3) << "waiting for I/O is not busy";
  EXPECT_DOUBLE_EQ(snapshot.node.cpu_user_ratio.value(), 0.2);
  EXPECT_DOUBLE_EQ(snapshot.node.cpu_system_ratio.value(), 0.1);
  EXPECT_DOUBLE_EQ(snapshot.node.cpu_iowait_ratio.value(), 0.1);
}

TEST(Collector, DoesWithoutIowaitWhereTheNodeHasNone) {
  Reading before = reading_at(10), now = reading_at(11);
  set_cpu(before, 0, 0, 0, std::nullopt);
  set_cpu(now, 1, 1, 2, std::nullopt);
  const NodeSnapshot snapshot = after(before, now);
  EXPECT_EQ(snapshot.node.cpu_ratio, 0.5);
  EXPECT_EQ(snapshot.node.cpu_iowait_ratio, std::nullopt);
}

TEST(Collector, KnowsTheCpuOfANodeWhoseIdleTimeWasCountedAsWaitingAfterwards) {
  Reading before = reading_at(10), now = reading_at(11);
  set_cpu(before, 100, 100, 100, 100);
  set_cpu(now, 160, 120, 99, 120);
  EXPECT_DOUBLE_EQ(after(before, now).node.cpu_ratio.value(), 0.8);
  before.node.cpu_idle_ns = std::nullopt;
  EXPECT_EQ(after(before, now).node.cpu_ratio, std::nullopt) << "what was not told is not zero";
}

TEST(Collector, HasNoNodeCpuWhenItsCountersWentBackOrStoodStillOrAreNotThere) {
  Reading before = reading_at(10), now = reading_at(11);
  set_cpu(before, 100, 100, 100, 100);
  set_cpu(now, 1, 101, 101, 101);
  EXPECT_EQ(after(before, now).node.cpu_ratio, std::nullopt);
  set_cpu(now, 100, 100, 100, 100);
  EXPECT_EQ(after(before, now).node.cpu_ratio, std::nullopt);
  now.node.cpu_idle_ns = std::nullopt;
  EXPECT_EQ(after(before, now).node.cpu_ratio, std::nullopt);
}

TEST(Collector, AddsUpWhatTheDomainsUsedOfTheNode) {
  Reading before = reading_at(10), now = reading_at(12);
  before.domains = {running("a", 0, 2), running("b", 0, 1)};
  now.domains = {running("b", kSecond, 1), running("a", 3 * kSecond, 2)};  // 2 CPUs of 4, over 2 s
  const NodeSnapshot snapshot = after(before, now);
  EXPECT_DOUBLE_EQ(snapshot.node.cpu_domains_ratio.value(), 0.5);
  EXPECT_DOUBLE_EQ(snapshot.domains.at(0).cpu_ratio.value(), 0.5) << snapshot.domains[0].name;
  EXPECT_DOUBLE_EQ(snapshot.domains.at(1).cpu_ratio.value(), 0.75) << snapshot.domains[1].name;
}

TEST(Collector, CountsWhatADomainUsedAlsoWhenItLostVcpusMeanwhile) {
  Reading before = reading_at(10), now = reading_at(11);
  before.domains = {running("a", 0, 4)};
  now.domains = {running("a", 2 * kSecond, 2)};
  EXPECT_DOUBLE_EQ(after(before, now).node.cpu_domains_ratio.value(), 0.5);
}

TEST(Collector, SaysThatNoDomainsUseNothingOnceItHasReadTwice) {
  const Reading before = reading_at(10), now = reading_at(11);
  EXPECT_EQ(first(now).node.cpu_domains_ratio, std::nullopt);
  EXPECT_EQ(after(before, now).node.cpu_domains_ratio, 0.0);
}

TEST(Collector, DoesNotKnowWhatTheDomainsUseWhenAllOfThemAreNew) {
  const Reading before = reading_at(10);
  Reading now = reading_at(11);
  now.domains = {running("a", kSecond)};
  EXPECT_EQ(after(before, now).node.cpu_domains_ratio, std::nullopt);
}

TEST(Collector, ForgetsADomainThatWentAway) {
  Reading before = reading_at(10), now = reading_at(11);
  before.domains = {running("a", 0), running("b", 0)};
  now.domains = {running("b", kSecond)};
  const NodeSnapshot snapshot = after(before, now);
  ASSERT_EQ(snapshot.domains.size(), 1u);
  EXPECT_EQ(snapshot.domains[0].name, "b");
  EXPECT_EQ(snapshot.node.cpu_domains_ratio, 0.25);
}

TEST(Collector, KnowsADomainByItsUuidAndNotByItsName) {
  Reading before = reading_at(10), now = reading_at(11);
  before.domains = {running("a", 0)};
  now.domains = {running("a", kSecond)};
  now.domains[0].name = "renamed";
  EXPECT_EQ(after(before, now).domains.at(0).cpu_ratio, 1.0);
  now.domains[0] = running("a", kSecond);
  now.domains[0].uuid = "uuid-of-another";
  EXPECT_EQ(after(before, now).domains.at(0).cpu_ratio, std::nullopt);
}

}  // namespace
}  // namespace hotspot::collector
