// What a domain needs of a target, from its XML, and what libvirt's test driver has of it.
#include "actuator/io/libvirt/target_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kGuest = R"(<domain type='kvm' id='3'>
  <name>web1</name><uuid>3f0b6d2e-0000-4000-8000-000000000001</uuid>
  <memory unit='KiB'>4194304</memory><currentMemory unit='KiB'>2097152</currentMemory>
  <memoryBacking><hugepages><page size='1048576' unit='KiB'/></hugepages></memoryBacking>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.ms.fd</loader></os>
  <cpu mode='custom' match='exact' check='full'><model fallback='forbid'>Skylake-Server</model>
    <feature policy='require' name='avx512vnni'/></cpu>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'><source file='/vms/web1.qcow2'/><target dev='vda'/></disk>
    <disk type='file' device='cdrom'><source file='/srv/iso/cd.iso'/><target dev='sda'/><readonly/></disk>
    <disk type='file' device='cdrom'><source file='/srv/iso/tools.iso' startupPolicy='optional'/><readonly/></disk>
    <disk type='file' device='cdrom'><target dev='sdc'/><readonly/></disk>
    <interface type='network'><source network='dmz' bridge='virbr7'/></interface>
    <interface type='bridge'><source bridge='br0'/></interface>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
  </devices></domain>)";

TEST(TargetCheck, ReadsWhatADomainNeedsOfATargetFromItsXml) {
  const DomainNeeds needs = needs_from_xml(kGuest);
  EXPECT_EQ(needs.name, "web1");
  EXPECT_EQ(needs.machine, "pc-q35-7.2");
  EXPECT_EQ(needs.emulator, "/usr/bin/qemu-system-x86_64");
  EXPECT_THAT(needs.networks, ElementsAre("dmz"));
  EXPECT_THAT(needs.files, ElementsAre("/srv/iso/cd.iso", "/usr/share/OVMF/OVMF_CODE_4M.ms.fd"))
      << "not the disk that is written, nor what libvirt drops by itself, nor an empty drive";
  EXPECT_EQ(needs.huge_page_kib, 1048576U);
  EXPECT_EQ(needs.memory_kib, 4194304U);
  EXPECT_THAT(needs.cpu, HasSubstr("avx512vnni"));
  EXPECT_FALSE(needs.host_cpu);
  EXPECT_TRUE(needs.emulated_tpm);
  EXPECT_EQ(needs_from_xml("no XML at all"), DomainNeeds());
}

TEST(TargetCheck, HugePagesWithoutASizeAreOfTheDefaultOne) {
  EXPECT_EQ(needs_from_xml("<domain><memoryBacking><hugepages/></memoryBacking></domain>").huge_page_kib, 0U);
  EXPECT_FALSE(needs_from_xml("<domain><memoryBacking/></domain>").huge_page_kib);
}

class TargetCheckOnTestDriver : public ::testing::Test {
 protected:
  std::optional<std::string> obstacle(const DomainNeeds& needs) {
    return obstacle_at(connection_.get(), "h2", needs, "");
  }
  virt::ConnectionHandle connection_{virConnectOpen("test:///default"),
                                     [](virConnectPtr one) { virConnectClose(one); }};
};

TEST_F(TargetCheckOnTestDriver, ANameThatIsTakenIsSaidAndTheSameDomainIsNone) {
  DomainNeeds needs{.name = "test", .uuid = "3f0b6d2e-0000-4000-8000-000000000001"};
  EXPECT_THAT(obstacle(needs).value_or(""), HasSubstr("h2 has another domain of the name 'test' (6695eb01-"));
  needs.uuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  EXPECT_FALSE(obstacle(needs));
}

TEST_F(TargetCheckOnTestDriver, ANetworkThatIsMissingOrNotActiveIsSaid) {
  DomainNeeds needs{.name = "web1", .networks = {"default"}};
  EXPECT_FALSE(obstacle(needs)) << *obstacle(needs);
  needs.networks = {"default", "dmz"};
  EXPECT_EQ(obstacle(needs), "h2 has no network 'dmz', to which web1 is connected");
  virNetworkPtr network = virNetworkLookupByName(connection_.get(), "default");
  ASSERT_EQ(virNetworkDestroy(network), 0);
  virNetworkFree(network);
  EXPECT_THAT(obstacle(needs).value_or(""),
              HasSubstr("the network 'default' of h2, to which web1 is connected, is not"));
}

TEST_F(TargetCheckOnTestDriver, NothingIsSaidOfAFileInAFolderThatNoPoolKnows) {
  const DomainNeeds needs{.name = "web1", .files = {"/srv/iso/cd.iso"}};
  EXPECT_FALSE(obstacle(needs)) << *obstacle(needs);
}

}  // namespace
}  // namespace hotspot::io
