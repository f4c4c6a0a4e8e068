// From two readings of one domain to its sample.
#include <gtest/gtest.h>

#include "collectd-plugin/collector.h"

namespace hotspot::collector {
namespace {

using telemetry::DomainSample;
using telemetry::DomainState;

constexpr std::uint64_t kSecond = 1'000'000'000;  // in ns, as the counters are
constexpr int kRunning = 1, kBlocked = 2, kPaused = 3;

DomainReading domain_with(int vcpus, std::uint64_t cpu_ns) {
  DomainReading domain;
  domain.uuid = "uuid";
  domain.name = "vm";
  domain.state = kRunning;
  domain.vcpus = vcpus;
  domain.vcpus_max = 8;
  domain.cpu_ns = cpu_ns;
  return domain;
}

// Two seconds lie between.
DomainSample sample(const DomainReading* before, const DomainReading& now) {
  Reading first, second;
  first.at = SteadyTime(std::chrono::seconds(100));
  second.at = SteadyTime(std::chrono::seconds(102));
  if (before != nullptr) first.domains = {*before};
  second.domains = {now};
  return make_snapshot(&first, second, {}).domains.at(0);
}
DomainSample sample(const DomainReading& before, const DomainReading& now) { return sample(&before, now); }

TEST(CollectorOfADomain, MeasuresTheCpuOverAllItsVcpus) {
  DomainReading before = domain_with(2, 10 * kSecond), now = domain_with(2, 13 * kSecond);
  before.cpu_user_ns = before.cpu_system_ns = 0;
  now.cpu_user_ns = 2 * kSecond;
  now.cpu_system_ns = kSecond;
  const DomainSample measured = sample(before, now);
  EXPECT_EQ(measured.cpu_ratio, 0.75);
  EXPECT_EQ(measured.cpu_user_ratio, 0.5);
  EXPECT_EQ(measured.cpu_system_ratio, 0.25);
}

TEST(CollectorOfADomain, SaysWhatItIsAlsoWithoutRates) {
  DomainReading now = domain_with(2, 0);
  now.balloon_bytes = 1;
  now.balloon_max_bytes = 2;
  now.rss_bytes = 3;
  now.available_bytes = 4;
  now.unused_bytes = 5;
  now.usable_bytes = 6;
  now.disk_caches_bytes = 7;
  now.definition = std::make_shared<DomainDefinition>(DomainDefinition{
      .persistent = true, .emulated = true, .migration_obstacles = {"a sentence"}, .policy = {.mode = "enforce"}});
  const DomainSample seen = sample(nullptr, now);
  EXPECT_EQ(seen.uuid, "uuid");
  EXPECT_EQ(seen.name, "vm");
  EXPECT_EQ(seen.state, DomainState::kRunning);
  EXPECT_TRUE(seen.persistent);
  EXPECT_TRUE(seen.emulated);
  EXPECT_EQ(seen.vcpus, 2);
  EXPECT_EQ(seen.vcpus_max, 8);
  EXPECT_EQ(seen.memory_balloon_bytes, 1);
  EXPECT_EQ(seen.memory_balloon_max_bytes, 2);
  EXPECT_EQ(seen.memory_rss_bytes, 3);
  EXPECT_EQ(seen.memory_available_bytes, 4);
  EXPECT_EQ(seen.memory_unused_bytes, 5);
  EXPECT_EQ(seen.memory_usable_bytes, 6);
  EXPECT_EQ(seen.memory_disk_caches_bytes, 7);
  EXPECT_EQ(seen.migration_obstacles, std::vector<std::string>{"a sentence"});
  EXPECT_EQ(seen.policy.mode, "enforce");
  EXPECT_EQ(seen.cpu_ratio, std::nullopt);
}

TEST(CollectorOfADomain, HasNoRateWhenACounterWentBack) {
  DomainReading before = domain_with(1, 10 * kSecond), now = domain_with(1, kSecond);
  before.major_faults = 5;
  now.major_faults = 7;
  const DomainSample measured = sample(before, now);
  EXPECT_EQ(measured.cpu_ratio, std::nullopt) << "a restart is not a spike";
  EXPECT_EQ(measured.major_faults_per_second, 1.0) << "what goes on goes on";
}

TEST(CollectorOfADomain, HasNoRateOfWhatWasNotThereBefore) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, kSecond);
  now.swap_in_bytes = 1000;
  EXPECT_EQ(sample(before, now).swap_in_bytes_per_second, std::nullopt);
  before.swap_in_bytes = 0;
  EXPECT_EQ(sample(before, now).swap_in_bytes_per_second, 500.0);
}

TEST(CollectorOfADomain, HasNoRatesAcrossAPause) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, kSecond);
  before.state = kPaused;
  EXPECT_EQ(sample(before, now).cpu_ratio, std::nullopt) << "it ran for a part of the time only";
  before.state = kRunning;
  now.state = kPaused;
  EXPECT_EQ(sample(before, now).cpu_ratio, std::nullopt);
  EXPECT_EQ(sample(before, now).state, DomainState::kPaused);
  now.state = kBlocked;
  EXPECT_EQ(sample(before, now).cpu_ratio, 0.5) << "blocked waits for a device, and runs";
}

TEST(CollectorOfADomain, MeasuresAChangedNumberOfVcpusByTheLargerOne) {
  EXPECT_EQ(sample(domain_with(1, 0), domain_with(2, 2 * kSecond)).cpu_ratio, 0.5);
  EXPECT_EQ(sample(domain_with(4, 0), domain_with(2, 4 * kSecond)).cpu_ratio, 0.5) << "never above what was possible";
}

TEST(CollectorOfADomain, HasNoCpuRatioWhereTheVcpusAreNotKnown) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, kSecond);
  before.vcpus = now.vcpus = std::nullopt;
  EXPECT_EQ(sample(before, now).cpu_ratio, std::nullopt);
}

TEST(CollectorOfADomain, MeasuresEachVcpuAndTheMeanOfWhatWasStolen) {
  DomainReading before = domain_with(2, 0), now = domain_with(2, 0);
  before.vcpu_readings = {{.vcpu = 0, .time_ns = 0, .wait_ns = 0, .delay_ns = 0},
                          {.vcpu = 2, .time_ns = 0, .wait_ns = 0, .delay_ns = 0}};
  now.vcpu_readings = {{.vcpu = 0, .time_ns = kSecond, .wait_ns = 0, .delay_ns = kSecond},
                       {.vcpu = 2, .time_ns = 2 * kSecond, .wait_ns = kSecond, .delay_ns = 0}};
  const DomainSample measured = sample(before, now);
  ASSERT_EQ(measured.vcpu_samples.size(), 2u);
  EXPECT_EQ(measured.vcpu_samples[0],
            (telemetry::VcpuSample{.vcpu = 0, .cpu_ratio = 0.5, .steal_ratio = 0.5, .wait_ratio = 0.0}));
  EXPECT_EQ(measured.vcpu_samples[1],
            (telemetry::VcpuSample{.vcpu = 2, .cpu_ratio = 1.0, .steal_ratio = 0.0, .wait_ratio = 0.5}));
  EXPECT_EQ(measured.cpu_steal_ratio, 0.25);
}

TEST(CollectorOfADomain, HasNoRatesOfANewVcpuAndLeavesItOutOfTheMean) {
  DomainReading before = domain_with(1, 0), now = domain_with(2, kSecond);
  before.vcpu_readings = {{.vcpu = 0, .time_ns = 0, .wait_ns = {}, .delay_ns = 0}};
  now.vcpu_readings = {{.vcpu = 0, .time_ns = kSecond, .wait_ns = {}, .delay_ns = kSecond},
                       {.vcpu = 1, .time_ns = 50 * kSecond, .wait_ns = {}, .delay_ns = 50 * kSecond}};
  const DomainSample measured = sample(before, now);
  ASSERT_EQ(measured.vcpu_samples.size(), 2u);
  EXPECT_EQ(measured.vcpu_samples[1].cpu_ratio, std::nullopt);
  EXPECT_EQ(measured.vcpu_samples[1].steal_ratio, std::nullopt);
  EXPECT_EQ(measured.cpu_steal_ratio, 0.5);
}

TEST(CollectorOfADomain, MeasuresTheCpuByItsVcpusAndTheCoresByAllItsThreads) {
  DomainReading before = domain_with(2, 0), now = domain_with(2, 4 * kSecond);
  before.vcpu_readings = {{.vcpu = 0, .time_ns = 0, .wait_ns = {}, .delay_ns = {}},
                          {.vcpu = 1, .time_ns = 0, .wait_ns = {}, .delay_ns = {}}};
  now.vcpu_readings = {{.vcpu = 0, .time_ns = 2 * kSecond, .wait_ns = {}, .delay_ns = {}},
                       {.vcpu = 1, .time_ns = kSecond, .wait_ns = {}, .delay_ns = {}}};
  EXPECT_EQ(sample(before, now).cpu_ratio, 0.75);
  EXPECT_EQ(sample(before, now).cpu_cores, 2.0);
}

TEST(CollectorOfADomain, CountsAVcpuThatWasPluggedInFromZero) {
  DomainReading before = domain_with(1, 0), now = domain_with(2, 3 * kSecond);
  before.vcpu_readings = {{.vcpu = 0, .time_ns = 50 * kSecond, .wait_ns = {}, .delay_ns = {}}};
  now.vcpu_readings = {{.vcpu = 0, .time_ns = 52 * kSecond, .wait_ns = {}, .delay_ns = {}},
                       {.vcpu = 1, .time_ns = kSecond, .wait_ns = {}, .delay_ns = {}}};
  EXPECT_EQ(sample(before, now).cpu_ratio, 0.75);
}

TEST(CollectorOfADomain, MakesNoSpikeOfAVcpuThatWasOnlyNotReadBefore) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, kSecond);
  now.vcpu_readings = {{.vcpu = 0, .time_ns = 5000 * kSecond, .wait_ns = {}, .delay_ns = {}}};
  EXPECT_EQ(sample(before, now).cpu_ratio, 0.5) << "by the domain as a whole";
}

TEST(CollectorOfADomain, MeasuresDisksByTheirNameWhateverTheirOrder) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, 0);
  before.disks.resize(2);
  before.disks[0].device = "vda";
  before.disks[0].read_bytes = before.disks[0].write_bytes = before.disks[0].read_ops = before.disks[0].write_ops = 10;
  before.disks[1].device = "vdb";
  before.disks[1].read_bytes = 1'000'000;
  now.disks = {before.disks[1], before.disks[0]};
  now.disks[1].read_bytes = 210;
  now.disks[1].write_bytes = 410;
  now.disks[1].read_ops = 12;
  now.disks[1].write_ops = 14;
  const DomainSample measured = sample(before, now);
  ASSERT_EQ(measured.disks.size(), 2u);
  EXPECT_EQ(measured.disks[0].read_bytes_per_second, 0.0) << "measured, and it was none";
  EXPECT_EQ(measured.disks[0].write_bytes_per_second, std::nullopt);
  EXPECT_EQ(measured.disks[1], (telemetry::DiskSample{.device = "vda",
                                                      .read_bytes_per_second = 100,
                                                      .write_bytes_per_second = 200,
                                                      .read_ops_per_second = 1,
                                                      .write_ops_per_second = 2}));
}

TEST(CollectorOfADomain, HasNoRatesOfANewDevice) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, 0);
  now.disks.resize(1);
  now.disks[0].device = "vdc";
  now.disks[0].read_bytes = 1'000'000;
  now.interfaces.resize(1);
  now.interfaces[0].device = "vnet9";
  now.interfaces[0].receive_bytes = 1'000'000;
  const DomainSample measured = sample(before, now);
  EXPECT_EQ(measured.disks.at(0), telemetry::DiskSample{.device = "vdc"});
  EXPECT_EQ(measured.interfaces.at(0), telemetry::InterfaceSample{.device = "vnet9"});
}

TEST(CollectorOfADomain, MeasuresAllOfAnInterface) {
  DomainReading before = domain_with(1, 0), now = domain_with(1, 0);
  before.interfaces.push_back({"vnet0", 0, 0, 0, 0, 0, 0, 0, 0});
  now.interfaces.push_back({"vnet0", 2, 4, 6, 8, 10, 12, 14, 16});
  EXPECT_EQ(sample(before, now).interfaces.at(0), (telemetry::InterfaceSample{.device = "vnet0",
                                                                              .receive_bytes_per_second = 1,
                                                                              .transmit_bytes_per_second = 5,
                                                                              .receive_packets_per_second = 2,
                                                                              .transmit_packets_per_second = 6,
                                                                              .receive_errors_per_second = 3,
                                                                              .transmit_errors_per_second = 7,
                                                                              .receive_drops_per_second = 4,
                                                                              .transmit_drops_per_second = 8}));
}

TEST(CollectorOfADomain, NamesTheStatesAndTheReasonsThatMatter) {
  const auto state_of = [](int state, int reason) {
    DomainReading now = domain_with(1, 0);
    now.state = state;
    now.state_reason = reason;
    const DomainSample seen = sample(nullptr, now);
    return std::string(to_string(seen.state)) + ": " + seen.state_reason;
  };
  EXPECT_EQ(state_of(kRunning, 0), "running: ");
  EXPECT_EQ(state_of(kRunning, 2), "running: migrated");
  EXPECT_EQ(state_of(kPaused, 1), "paused: by user");
  EXPECT_EQ(state_of(kPaused, 2), "paused: migrating");
  EXPECT_EQ(state_of(kPaused, 5), "paused: I/O error");
  EXPECT_EQ(state_of(kPaused, 12), "paused: post-copy");
  EXPECT_EQ(state_of(4, 0), "shutdown: ");
  EXPECT_EQ(state_of(7, 0), "suspended: ");
  EXPECT_EQ(state_of(99, 0), "unknown: ");
}

}  // namespace
}  // namespace hotspot::collector
