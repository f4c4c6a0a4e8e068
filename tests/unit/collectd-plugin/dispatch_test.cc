// The values of one read under the names of collectd's virt plugin, so that existing graphs keep working.
#include "collectd-plugin/dispatch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "collectd-plugin/collector.h"

namespace hotspot::collector {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr std::uint64_t kSecond = 1'000'000'000;

// "h1/virt-x/if_octets-vnet0 = 1 2"; a counter is a whole number, a gauge has a "g" after it.
std::string line(const ValueList& list) {
  std::ostringstream text;
  text << list.host << "/" << list.plugin << (list.plugin_instance.empty() ? "" : "-") << list.plugin_instance << "/"
       << list.type << (list.type_instance.empty() ? "" : "-") << list.type_instance << " =";
  for (const Value& value : list.values) {
    if (const auto* gauge = std::get_if<double>(&value)) text << " " << *gauge << "g";
    if (const auto* counter = std::get_if<std::int64_t>(&value)) text << " " << *counter;
  }
  return text.str();
}

// A domain "vm" on a node of 4 CPUs, read twice within 2 s.
class DispatchTest : public ::testing::Test {
 protected:
  DispatchTest() {
    before_.at = SteadyTime(std::chrono::seconds(100));
    now_.at = SteadyTime(std::chrono::seconds(102));
    before_.node.fixed.cpus = now_.node.fixed.cpus = 4;
    before_.domains.resize(1);
    before_.domains[0].uuid = "uuid-vm";
    before_.domains[0].name = "vm";
    before_.domains[0].state = 1;
    before_.domains[0].vcpus = 2;
    now_.domains = before_.domains;
  }
  DomainReading& before() { return before_.domains[0]; }
  DomainReading& now() { return now_.domains[0]; }

  std::vector<std::string> lines_of(const Reading* before) {
    std::vector<std::string> lines;
    const telemetry::NodeSnapshot snapshot = make_snapshot(before, now_, {});
    const std::vector<StoredDomain> names = StoredDomains(config_).of(now_.domains);
    const ToStore read{.reading = now_, .snapshot = snapshot, .names = names, .health = health_};
    for (const ValueList& list : value_lists(read, config_)) lines.push_back(line(list));
    return lines;
  }
  std::vector<std::string> lines() { return lines_of(&before_); }
  std::vector<std::string> first_lines() { return lines_of(nullptr); }
  static void select(Selection& selection, const char* pattern) { EXPECT_FALSE(selection.add(pattern)); }

  Reading before_, now_;
  Health health_;
  PluginConfig config_;
};

TEST_F(DispatchTest, SaysTheStateWithItsReason) {
  now().state = 3;
  now().state_reason = 5;
  EXPECT_THAT(lines(), Contains("vm/virt/domain_state = 3g 5g"));
}

TEST_F(DispatchTest, SendsCpuTimeAsCountersAsTheyStand) {
  now().cpu_ns = 7 * kSecond;
  now().cpu_user_ns = 5;
  now().cpu_system_ns = 6;
  now().vcpu_readings = {{.vcpu = 0, .time_ns = 11, .wait_ns = 1, .delay_ns = 1},
                         {.vcpu = 3, .time_ns = 12, .wait_ns = 1, .delay_ns = 1}};
  EXPECT_THAT(first_lines(), IsSupersetOf({"vm/virt/virt_cpu_total = 7000000000", "vm/virt/ps_cputime = 5 6",
                                           "vm/virt/virt_vcpu-0 = 11", "vm/virt/virt_vcpu-3 = 12"}));
}

TEST_F(DispatchTest, SendsTheCpuPercentageOfAllCpusOfTheNode) {
  before().cpu_ns = 0;
  now().cpu_ns = 2 * kSecond;  // one of 4 CPUs, one of 2 vCPUs
  EXPECT_THAT(lines(), IsSupersetOf({"vm/virt/percent-virt_cpu_total = 25g", "vm/virt/percent-vcpus = 50g"}));
  EXPECT_THAT(first_lines(), Not(Contains(HasSubstr("vm/virt/percent")))) << "the first read has no rate, and no zero";
}

TEST_F(DispatchTest, KeepsPercentagesWithinWhatCollectdTakes) {
  before().cpu_ns = 0;
  now().cpu_ns = 5 * kSecond;  // QEMU's own threads
  EXPECT_THAT(lines(), Contains("vm/virt/percent-vcpus = 100g"));
}

TEST_F(DispatchTest, SendsTheCpuPercentageOfWhatItUsedAlsoWhenItLostVcpus) {
  before().vcpus = 4;
  before().cpu_ns = 0;
  now().cpu_ns = 4 * kSecond;
  EXPECT_THAT(lines(), Contains("vm/virt/percent-vcpus = 50g"));
}

TEST_F(DispatchTest, SendsTheCurrentBalloonAsTheTotalMemory) {
  now().balloon_bytes = 1000;
  now().balloon_max_bytes = 8000;
  now().available_bytes = 900;
  now().unused_bytes = 300;
  now().usable_bytes = 600;
  now().rss_bytes = 1200;
  now().disk_caches_bytes = 50;
  EXPECT_THAT(lines(), IsSupersetOf({"vm/virt/memory-total = 1000g", "vm/virt/memory-actual_balloon = 1000g",
                                     "vm/virt/memory-available = 900g", "vm/virt/memory-unused = 300g",
                                     "vm/virt/memory-usable = 600g", "vm/virt/memory-rss = 1200g",
                                     "vm/virt/memory-disk_caches = 50g"}));
}

TEST_F(DispatchTest, SendsTheShareOfItsMemoryThatTheGuestUsesOnlyWhereTheGuestTells) {
  now().available_bytes = 1000;
  EXPECT_THAT(lines(), Not(Contains(HasSubstr("vm/virt/percent-memory"))));
  now().usable_bytes = 250;
  EXPECT_THAT(lines(), Contains("vm/virt/percent-memory = 75g"));
}

TEST_F(DispatchTest, SendsSwapAndFaultsOfTheGuest) {
  now().swap_in_bytes = 1;
  now().swap_out_bytes = 2;
  now().minor_faults = 3;
  now().major_faults = 4;
  EXPECT_THAT(lines(),
              IsSupersetOf({"vm/virt/swap_io-in = 1", "vm/virt/swap_io-out = 2", "vm/virt/ps_pagefaults = 3 4"}));
}

TEST_F(DispatchTest, SendsDisksReadBeforeWrite) {
  DiskReading disk;
  disk.device = "vda";
  disk.read_ops = 1;
  disk.write_ops = 2;
  disk.read_bytes = 3;
  disk.write_bytes = 4;
  disk.read_ns = 5'900'000;
  disk.write_ns = 6'000'000;
  disk.flush_ops = 7;
  disk.flush_ns = 8'000'000;
  disk.allocation_bytes = 9;
  disk.capacity_bytes = 10;
  disk.physical_bytes = 11;
  now().disks = {disk};
  EXPECT_THAT(lines(), IsSupersetOf({"vm/virt/disk_ops-vda = 1 2", "vm/virt/disk_octets-vda = 3 4",
                                     "vm/virt/disk_time-vda = 5 6", "vm/virt/total_requests-flush-vda = 7",
                                     "vm/virt/total_time_in_ms-flush-vda = 8", "vm/virt/disk_allocation-vda = 9g",
                                     "vm/virt/disk_capacity-vda = 10g", "vm/virt/disk_physical-vda = 11g"}));
}

TEST_F(DispatchTest, SendsInterfacesReceivedBeforeSent) {
  now().interfaces = {{"vnet0", 1, 2, 3, 4, 5, 6, 7, 8}};
  EXPECT_THAT(lines(), IsSupersetOf({"vm/virt/if_octets-vnet0 = 1 5", "vm/virt/if_packets-vnet0 = 2 6",
                                     "vm/virt/if_errors-vnet0 = 3 7", "vm/virt/if_dropped-vnet0 = 4 8"}));
}

TEST_F(DispatchTest, SendsNothingOfWhatWasNotMeasured) {
  now().vcpus = std::nullopt;
  now().cpu_user_ns = 5;  // one half of a pair
  now().disks.resize(1);
  now().disks[0].device = "vda";
  now().interfaces.resize(1);
  std::vector<std::string> of_the_domain;
  for (const std::string& one : lines())
    if (one.starts_with("vm/")) of_the_domain.push_back(one);
  EXPECT_THAT(of_the_domain, ElementsAre("vm/virt/domain_state = 1g 0g"));
}

TEST_F(DispatchTest, LeavesOutDevicesThatAreNotSelected) {
  now().disks.resize(2);
  now().disks[0].device = "vda";
  now().disks[1].device = "vdb";
  for (DiskReading& disk : now().disks) disk.read_ops = disk.write_ops = 1;
  now().interfaces = {{"vnet0", 1, 1, 1, 1, 1, 1, 1, 1}, {"vnet1", 1, 1, 1, 1, 1, 1, 1, 1}};
  select(config_.block_devices, "vm:vdb");
  select(config_.interface_devices, "vnet1");
  const auto shown = lines();
  EXPECT_THAT(shown, Contains("vm/virt/disk_ops-vdb = 1 1"));
  EXPECT_THAT(shown, Contains("vm/virt/if_octets-vnet1 = 1 1"));
  EXPECT_THAT(shown, Not(Contains(HasSubstr("vda"))));
  EXPECT_THAT(shown, Not(Contains(HasSubstr("vnet0"))));
}

TEST_F(DispatchTest, LeavesOutDevicesThatAreToBeIgnored) {
  now().disks.resize(1);
  now().disks[0].device = "vda";
  now().disks[0].read_ops = now().disks[0].write_ops = 1;
  now().interfaces = {{"vnet0", 1, 1, 1, 1, 1, 1, 1, 1}};
  select(config_.block_devices, "vda");
  select(config_.interface_devices, "vm:vnet0");
  config_.block_devices.ignore_selected();
  config_.interface_devices.ignore_selected();
  EXPECT_THAT(lines(), Not(Contains(HasSubstr("vda"))));
  EXPECT_THAT(lines(), Not(Contains(HasSubstr("vnet0"))));
}

TEST_F(DispatchTest, NamesTheDomainAsTheConfigurationSays) {
  config_.plugin_name = "libvirt";
  config_.hostname = {HostField::kUuid};
  config_.plugin_instance = {HostField::kName};
  EXPECT_THAT(lines(), Contains("uuid-vm/libvirt-vm/domain_state = 1g 0g"));
  config_.hostname = {HostField::kHostname};
  config_.plugin_instance = {HostField::kName, HostField::kUuid};
  EXPECT_THAT(lines(), Contains("/libvirt-vm:uuid-vm/domain_state = 1g 0g")) << "no host: collectd's own name";
}

TEST_F(DispatchTest, SendsTheNodeUnderThePluginsOwnName) {
  before_.node.cpu_user_ns = before_.node.cpu_system_ns = before_.node.cpu_idle_ns = before_.node.cpu_iowait_ns = 0;
  now_.node.cpu_user_ns = 20;
  now_.node.cpu_system_ns = 10;
  now_.node.cpu_idle_ns = 60;
  now_.node.cpu_iowait_ns = 10;
  now_.node.fixed.memory_bytes = 1000;
  now_.node.fixed.memory_free_bytes = 100;
  now_.node.fixed.memory_available_bytes = 600;
  now_.node.fixed.pressure.cpu_some_ratio = 0.5;
  before().cpu_ns = 0;
  now().cpu_ns = kSecond;
  EXPECT_THAT(lines(), IsSupersetOf({"/hotspot/percent-cpu = 30g", "/hotspot/percent-cpu_user = 20g",
                                     "/hotspot/percent-cpu_system = 10g", "/hotspot/percent-cpu_iowait = 10g",
                                     "/hotspot/percent-cpu_domains = 12.5g", "/hotspot/percent-pressure_cpu = 50g",
                                     "/hotspot/memory-free = 100g", "/hotspot/memory-available = 600g",
                                     "/hotspot/memory-used = 400g", "/hotspot/gauge-domains = 1g"}));
}

TEST_F(DispatchTest, SendsHowFullTheNodeIsByEachResourceAndInOneNumber) {
  for (Reading* one : {&before_, &now_}) one->node.links = {{.device = "eth0", .speed_bits_per_second = 8000}};
  now_.node.fixed.memory_bytes = 1000;
  now_.node.fixed.memory_available_bytes = 500;
  before_.node.links[0].receive_bytes = before_.node.links[0].transmit_bytes = 0;
  now_.node.links[0].receive_bytes = 500;
  now_.node.links[0].transmit_bytes = 1000;  // of 1000 bytes a second, in 2 s
  EXPECT_THAT(lines(), IsSupersetOf({"/hotspot/percent-memory = 50g", "/hotspot/percent-net = 50g",
                                     "/hotspot/gauge-volume = 4g", "/hotspot/gauge-cpus = 4g"}));
}

TEST_F(DispatchTest, SaysHowThePluginItselfFares) {
  health_ = {.published = 1, .dropped = 2, .reconnects = 3, .timed_out_reads = 4, .snapshot_bytes = 5};
  now_.read_seconds = 0.25;
  now_.silent_domains = {"a", "b", "c", "d", "e", "f"};
  EXPECT_THAT(lines(), IsSupersetOf({"/hotspot/duration-read = 0.25g", "/hotspot/bytes-snapshot = 5g",
                                     "/hotspot/derive-snapshots_published = 1", "/hotspot/derive-snapshots_dropped = 2",
                                     "/hotspot/derive-redis_reconnects = 3", "/hotspot/derive-reads_timed_out = 4",
                                     "/hotspot/gauge-domains_timed_out = 6g"}));
}

TEST_F(DispatchTest, GivesEveryValueAnIdentifierOfItsOwn) {
  now().cpu_ns = now().cpu_user_ns = now().cpu_system_ns = now().balloon_bytes = now().swap_in_bytes = 1;
  now().interfaces = {{"vnet0", 1, 1, 1, 1, 1, 1, 1, 1}, {"vnet1", 1, 1, 1, 1, 1, 1, 1, 1}};
  std::vector<std::string> names = lines();
  for (std::string& name : names) name.erase(name.find(" ="));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << ::testing::PrintToString(names);
}

}  // namespace
}  // namespace hotspot::collector
