// What a domain needs of a target, from its XML as libvirt tells it.
#include "collectd-plugin/domain_needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectd-plugin/domain_xml.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TargetNeeds needs_of(const std::string& inside) {
  return definition_from_xml("<domain type='kvm'>" + inside + "</domain>").needs;
}

TEST(DomainNeeds, ADomainThatNamesNothingNeedsNothing) { EXPECT_EQ(needs_of(""), TargetNeeds()); }

TEST(DomainNeeds, TheMachineItsCpuAndItsTpm) {
  const TargetNeeds needs = needs_of(R"(<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
      <cpu mode='custom' match='exact' check='full'><model fallback='forbid'>Skylake-Client-IBRS</model>
        <vendor>Intel</vendor><feature policy='require' name='vmx'/></cpu>
      <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
        <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm></devices>)");
  EXPECT_EQ(needs.machine, "pc-q35-7.2");
  EXPECT_EQ(needs.arch, "x86_64");
  EXPECT_EQ(needs.emulator, "/usr/bin/qemu-system-x86_64");
  EXPECT_EQ(needs.cpu_mode, "custom");
  EXPECT_EQ(needs.cpu_vendor, "Intel");
  EXPECT_TRUE(needs.emulated_tpm);
  EXPECT_FALSE(needs_of("<devices><tpm><backend type='passthrough'/></tpm></devices>").emulated_tpm);
}

TEST(DomainNeeds, HugePagesOfOneSize) {
  const TargetNeeds needs = needs_of(
      "<memory unit='KiB'>1048576</memory>"
      "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>");
  EXPECT_EQ(needs.huge_page_bytes, 2 * kMebibyte);
  EXPECT_EQ(needs.huge_pages_bytes, kGibibyte);
  const TargetNeeds large = needs_of(
      "<memory unit='GiB'>4</memory><memoryBacking><hugepages>"
      "<page size='1' unit='G'/></hugepages></memoryBacking>");
  EXPECT_EQ(large.huge_page_bytes, kGibibyte);
  EXPECT_EQ(large.huge_pages_bytes, 4 * kGibibyte);
}

TEST(DomainNeeds, HugePagesOfTheDefaultSize) {
  const TargetNeeds needs = needs_of("<memory>1048576</memory><memoryBacking><hugepages/></memoryBacking>");
  EXPECT_EQ(needs.huge_page_bytes, 0);
  EXPECT_EQ(needs.huge_pages_bytes, kGibibyte);
}

TEST(DomainNeeds, WhatIsPluggedInMayLieElsewhereThanInHugePages) {
  const TargetNeeds needs = needs_of(R"(<memory unit='KiB'>3145728</memory><memoryBacking><hugepages/></memoryBacking>
      <devices><memory model='dimm'><target><size unit='KiB'>1048576</size></target></memory></devices>)");
  EXPECT_EQ(needs.huge_pages_bytes, 2 * kGibibyte);
}

TEST(DomainNeeds, HowMuchOfAPartOfTheGuestIsNotGuessed) {
  const TargetNeeds part = needs_of(
      "<memory>1048576</memory><memoryBacking><hugepages>"
      "<page size='2048' unit='KiB' nodeset='0'/></hugepages></memoryBacking>");
  EXPECT_EQ(part.huge_page_bytes, 2 * kMebibyte);
  EXPECT_EQ(part.huge_pages_bytes, std::nullopt);
  const TargetNeeds two = needs_of(
      "<memory>1048576</memory><memoryBacking><hugepages>"
      "<page size='2048' unit='KiB' nodeset='0'/><page size='1' unit='G' nodeset='1'/>"
      "</hugepages></memoryBacking>");
  EXPECT_EQ(two.huge_page_bytes, std::nullopt);
  EXPECT_EQ(needs_of("<memory>1048576</memory><memoryBacking><locked/></memoryBacking>").huge_page_bytes, std::nullopt);
}

TEST(DomainNeeds, NetworksBridgesAndDevicesOfTheNodeByName) {
  const TargetNeeds needs = needs_of(R"(<devices>
      <interface type='network'><source network='lan' portid='x' bridge='virbr1'/></interface>
      <interface type='network'><source network='default'/></interface>
      <interface type='network'><source network='lan'/></interface>
      <interface type='bridge'><source bridge='br0'/></interface>
      <interface type='bridge'><source bridge='ovs0'/><virtualport type='openvswitch'/></interface>
      <interface type='direct'><source dev='bond0.7' mode='bridge'/></interface>
      <interface type='bridge'><source network='named' portid='y' bridge='br7'/></interface>
      <interface type='direct'><source network='macvtap' dev='eth7' mode='vepa'/></interface>
      <interface type='user'/></devices>)");
  EXPECT_THAT(needs.networks, ElementsAre("default", "lan", "macvtap", "named"));
  EXPECT_THAT(needs.node_interfaces, ElementsAre("bond0.7", "br0"))
      << "the bridges of Open vSwitch need not be interfaces of the kernel";
}

TEST(DomainNeeds, FilesThatAreOnlyReadAtTheStart) {
  const TargetNeeds needs = needs_of(R"(<os><type>hvm</type><kernel>/srv/vmlinuz</kernel><initrd>/srv/initrd</initrd>
      <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader><dtb>/srv/dtb</dtb>
      <acpi><table type='slic'>/srv/slic.bin</table></acpi><nvram>/var/lib/nvram/web1.fd</nvram></os>)");
  EXPECT_THAT(needs.files,
              ElementsAre("/srv/dtb", "/srv/initrd", "/srv/slic.bin", "/srv/vmlinuz", "/usr/share/OVMF/OVMF_CODE.fd"))
      << "libvirt takes the variables of the firmware along";
  EXPECT_THAT(needs_of("<os><loader>hvmloader</loader></os>").files, IsEmpty()) << "no path";
}

TEST(DomainNeeds, NeverMakeASnapshotThatIsRefusedAsAWhole) {
  std::string many = "<devices>";
  for (int i = 0; i < 300; ++i)
    many += "<interface type='network'><source network='net" + std::to_string(i) + "'/></interface>";
  EXPECT_THAT(needs_of(many + "</devices>").networks, IsEmpty());
  EXPECT_THAT(
      needs_of("<os><kernel>/" + std::string(telemetry::SnapshotLimits().text_bytes, 'x') + "</kernel></os>").files,
      IsEmpty());
}

TEST(DomainNeeds, ADriveThatMayBeEmptyIsToldSo) {
  const auto disks = definition_from_xml(R"(<domain><devices>
      <disk device='cdrom' type='file'><source file='/srv/a.iso' startupPolicy='optional'/></disk>
      <disk device='cdrom' type='file'><source file='/srv/b.iso' startupPolicy='mandatory'/></disk>
      <disk device='cdrom' type='file'><source file='/srv/c.iso'/></disk></devices></domain>)")
                         .disks;
  ASSERT_EQ(disks.size(), 3u);
  EXPECT_TRUE(disks[0].may_be_missing);
  EXPECT_FALSE(disks[1].may_be_missing);
  EXPECT_FALSE(disks[2].may_be_missing);
}

TEST(DomainNeeds, WhatLibvirtMovesNowhereIsAnObstacle) {
  const auto obstacles = [](const std::string& devices) {
    return definition_from_xml("<domain><devices>" + devices + "</devices></domain>").migration_obstacles;
  };
  EXPECT_THAT(obstacles("<hostdev mode='subsystem' type='mdev' model='vfio-pci'/>"),
              ElementsAre("a host device is passed through (mdev)"));
  EXPECT_THAT(obstacles("<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>"),
              ElementsAre("an interface is a vDPA device of the node"));
  EXPECT_THAT(obstacles("<shmem name='bus' role='peer'/>"),
              ElementsAre("it shares memory with others on the node (bus)"));
  EXPECT_THAT(obstacles("<shmem name='bus' role='master'/>"), IsEmpty());
}

}  // namespace
}  // namespace hotspot::collector
