// What is stored of groups that are read less often, and under which names devices are stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "collectd-plugin/collector.h"
#include "collectd-plugin/dispatch.h"
#include "collectd-plugin/stored_name.h"

namespace hotspot::collector {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class DispatchGroupsTest : public ::testing::Test {
 protected:
  DispatchGroupsTest() {
    reading_.domains.resize(1);
    domain().uuid = "uuid-vm";
    domain().name = "vm";
    domain().state = 1;
    domain().disks.resize(1);
    domain().disks[0].device = "vda";
    domain().disks[0].source = "/var/lib/images/vm.qcow2";
    domain().disks[0].read_ops = domain().disks[0].write_ops = 1;
    domain().disks[0].capacity_bytes = 5;
    domain().interfaces.resize(1);
    domain().interfaces[0].device = "vnet3";
    domain().interfaces[0].receive_bytes = domain().interfaces[0].transmit_bytes = 1;
    domain().definition = std::make_shared<DomainDefinition>(DomainDefinition{
        .interfaces = {{"vnet2", "52:54:00:00:00:01", "bridge"}, {"vnet3", "52:54:00:00:00:02", "bridge"}}});
    domain().balloon_bytes = 7;
    domain().unused_bytes = 6;
  }
  DomainReading& domain() { return reading_.domains[0]; }
  std::vector<ValueList> lists() {
    SnapshotContext context;
    context.interval_seconds = 5;
    const telemetry::NodeSnapshot snapshot = make_snapshot(nullptr, reading_, context);
    const std::vector<StoredDomain> names = StoredDomains(config_).of(reading_.domains);
    return value_lists({.reading = reading_, .snapshot = snapshot, .names = names, .health = {}}, config_);
  }
  // "disk_ops-vda" of all of the domain's lists.
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const ValueList& list : lists()) {
      if (list.plugin == "virt")
        names.push_back(list.type + (list.type_instance.empty() ? "" : "-") + list.type_instance);
    }
    return names;
  }
  double interval_of(const std::string& type, const std::string& instance) {
    for (const ValueList& list : lists()) {
      if (list.plugin == "virt" && list.type == type && list.type_instance == instance) return list.interval_seconds;
    }
    ADD_FAILURE() << "there is no " << type << "-" << instance;
    return -1;
  }

  Reading reading_;
  PluginConfig config_;
};

TEST_F(DispatchGroupsTest, AreSaidOnceAndWithTheirInterval) {
  EXPECT_EQ(interval_of("memory", "unused"), 10);
  EXPECT_EQ(interval_of("disk_ops", "vda"), 30);
  EXPECT_EQ(interval_of("if_octets", "vnet3"), 0);
  domain().fresh = {.memory = false, .disks = false, .job = false, .perf = true, .disk_errors = false};
  EXPECT_THAT(names(), UnorderedElementsAre("domain_state", "if_octets-vnet3"));
}

TEST_F(DispatchGroupsTest, AreOfThePluginsIntervalWhenTheyAreReadEachTime) {
  config_.groups.memory_seconds = 0;
  config_.groups.disk_seconds = 5;
  EXPECT_EQ(interval_of("memory", "unused"), 0);
  EXPECT_EQ(interval_of("disk_ops", "vda"), 0);
}

TEST_F(DispatchGroupsTest, NameDisksByTheirSourceWhereThatIsAskedFor) {
  config_.block_device_format = BlockDeviceFormat::kSource;
  EXPECT_THAT(names(), Contains("disk_ops-var_lib_images_vm.qcow2")) << "as the virt plugin's after collectd";
  config_.block_device_format = BlockDeviceFormat::kSourceBasename;
  EXPECT_THAT(names(), Contains("disk_ops-vm.qcow2"));
  ASSERT_FALSE(config_.block_devices.add("vm:/var/lib/images/vm.qcow2"));
  config_.block_devices.ignore_selected();
  EXPECT_THAT(names(), Not(Contains("disk_ops-vm.qcow2")));
}

TEST_F(DispatchGroupsTest, NameInterfacesByAddressOrNumber) {
  config_.interface_format = InterfaceFormat::kAddress;
  EXPECT_THAT(names(), Contains("if_octets-52:54:00:00:00:02"));
  config_.interface_format = InterfaceFormat::kNumber;
  EXPECT_THAT(names(), Contains("if_octets-interface-2"));
}

TEST_F(DispatchGroupsTest, LeaveDevicesOutWhereTheyAreNotWanted) {
  config_.block_devices_reported = config_.interfaces_reported = Reporting::kNo;
  EXPECT_THAT(names(), UnorderedElementsAre("domain_state", "memory-total", "memory-actual_balloon", "memory-unused"));
}

TEST_F(DispatchGroupsTest, StoreOnlyTheBasicsWithoutExtraStats) {
  config_.extra_stats = ExtraStats::none();
  domain().cpu_ns = 5;
  domain().cpu_user_ns = domain().cpu_system_ns = 1;
  domain().vcpu_readings = {{.vcpu = 0, .time_ns = 1, .wait_ns = 1, .delay_ns = 1, .affinity = {}}};
  EXPECT_THAT(names(), UnorderedElementsAre("virt_cpu_total", "memory-total", "disk_ops-vda", "if_octets-vnet3"));
}

TEST_F(DispatchGroupsTest, StoreWhatIsAskedForBesides) {
  config_.extra_stats = ExtraStats::none();
  ASSERT_FALSE(config_.extra_stats.add_words("vcpupin perf job_stats_background disk_err vcpu_delay"));
  domain().vcpu_readings = {{.vcpu = 1, .time_ns = 1, .wait_ns = 2, .delay_ns = 3, .affinity = {true, false}}};
  domain().perf_events = {{"cache.misses", 9}};
  domain().job = {{"data_remaining", 8}};
  domain().disk_errors = {{"vda", 2}};
  EXPECT_THAT(names(), UnorderedElementsAre("memory-total", "disk_ops-vda", "if_octets-vnet3", "virt_vcpu_delay-1",
                                            "virt_vcpu_wait-1", "cpu_affinity-vcpu_1-cpu_0",
                                            "cpu_affinity-vcpu_1-cpu_1", "perf-cache_misses",
                                            "job_stats-data_remaining", "bytes-job_remaining", "disk_error-vda"));
}

TEST_F(DispatchGroupsTest, NameADomainByItsMetadata) {
  config_.hostname = {HostField::kMetadata};
  config_.plugin_instance = {HostField::kName, HostField::kUuid};
  EXPECT_EQ(lists().at(0).host, "vm") << "without the element, by its name";
  domain().definition = std::make_shared<DomainDefinition>(DomainDefinition{.metadata_name = "shop-1"});
  EXPECT_EQ(lists().at(0).host, "shop-1");
  EXPECT_EQ(lists().at(0).plugin_instance, "vm:uuid-vm");
}

TEST_F(DispatchGroupsTest, KeepTwoDisksOfOneNameApart) {
  config_.block_device_format = BlockDeviceFormat::kSourceBasename;
  domain().disks.push_back(domain().disks[0]);
  domain().disks[1].device = "vdb";
  domain().disks[1].source = "/srv/other/vm.qcow2";
  EXPECT_THAT(names(), Contains("disk_ops-vm.qcow2-vda"));
  EXPECT_THAT(names(), Contains("disk_ops-vm.qcow2-vdb"));
  EXPECT_THAT(names(), Not(Contains("disk_ops-vm.qcow2")));
}

TEST_F(DispatchGroupsTest, ShortenLongNamesOfDisksAndTheirFlushes) {
  config_.block_device_format = BlockDeviceFormat::kSource;
  domain().disks[0].flush_ops = 1;
  domain().disks.push_back(domain().disks[0]);
  domain().disks[1].device = "vdb";
  domain().disks[0].source = "/" + std::string(124, 'd') + "A";
  domain().disks[1].source = "/" + std::string(124, 'd') + "B";
  std::set<std::string> flushes;
  for (const ValueList& list : lists()) {
    EXPECT_LE(list.type_instance.size(), kMostNameBytes) << list.type_instance;
    if (list.type == "total_requests") flushes.insert(list.type_instance);
  }
  EXPECT_EQ(flushes.size(), 2u) << ::testing::PrintToString(flushes);
}

}  // namespace
}  // namespace hotspot::collector
