#include "collectd-plugin/domain_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/plausible.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

telemetry::Policy policy_of(const std::string& metadata) {
  const DomainDefinition definition =
      definition_from_xml("<domain type='kvm'><name>vm</name><metadata>" + metadata + "</metadata></domain>");
  EXPECT_THAT(definition.migration_obstacles, IsEmpty());
  return definition.policy;
}

std::vector<std::string> obstacles_of(const std::string& devices) {
  return definition_from_xml("<domain><devices>" + devices + "</devices></domain>").migration_obstacles;
}

TEST(DomainXml, ReadsThePolicyWhole) {
  const telemetry::Policy policy = policy_of(R"(
    <other:thing xmlns:other="http://example.org">text</other:thing>
    <hotspot:policy xmlns:hotspot="https://hotspot/xmlns/policy/1" mode="enforce" priority="-2">
      <hotspot:vcpus min="1" max="4"/>
      <hotspot:memory min="128MiB" max="1GiB"/>
      <hotspot:group>web</hotspot:group>
      <hotspot:affinity>cache</hotspot:affinity>
      <hotspot:anti-affinity>web</hotspot:anti-affinity>
      <hotspot:anti-affinity>db</hotspot:anti-affinity>
      <hotspot:storage>copy</hotspot:storage>
    </hotspot:policy>)");
  EXPECT_EQ(policy.storage, "copy");
  EXPECT_EQ(policy.mode, "enforce");
  EXPECT_EQ(policy.priority, -2);
  EXPECT_EQ(policy.vcpus_min, 1);
  EXPECT_EQ(policy.vcpus_max, 4);
  EXPECT_EQ(policy.memory_min_bytes, 128 * kMebibyte);
  EXPECT_EQ(policy.memory_max_bytes, kGibibyte);
  EXPECT_EQ(policy.group, "web");
  EXPECT_THAT(policy.affinity, ElementsAre("cache"));
  EXPECT_THAT(policy.anti_affinity, ElementsAre("web", "db"));
}

TEST(DomainXml, KnowsThePolicyByItsNamespaceWhateverThePrefix) {
  EXPECT_EQ(policy_of(R"(<x:policy xmlns:x="https://hotspot/xmlns/policy/1" mode="observe"/>)").mode, "observe");
  EXPECT_EQ(policy_of(R"(<policy xmlns="https://hotspot/xmlns/policy/1" mode="observe"/>)").mode, "observe");
  EXPECT_EQ(policy_of(R"(<hotspot:policy xmlns:hotspot="https://example.org/1" mode="observe"/>)").mode, std::nullopt);
  EXPECT_EQ(policy_of(R"(<hotspot:policy mode="observe"/>)").mode, std::nullopt);
  const auto above = definition_from_xml(
      R"(<domain xmlns:h="https://hotspot/xmlns/policy/1"><metadata><h:policy mode="observe"/></metadata></domain>)");
  EXPECT_EQ(above.policy.mode, "observe") << "declared further up";
}

TEST(DomainXml, LeavesOutWhatThePolicyDoesNotSay) {
  EXPECT_EQ(policy_of(""), telemetry::Policy());
  EXPECT_EQ(policy_of(R"(<p:policy xmlns:p="https://hotspot/xmlns/policy/1"/>)"), telemetry::Policy());
  const telemetry::Policy half =
      policy_of(R"(<p:policy xmlns:p="https://hotspot/xmlns/policy/1"><p:vcpus max="4"/></p:policy>)");
  EXPECT_EQ(half.vcpus_min, std::nullopt);
  EXPECT_EQ(half.vcpus_max, 4);
}

telemetry::Policy unreadable() {
  telemetry::Policy policy;
  policy.mode = telemetry::kUnreadableMode;
  return policy;
}

std::string policy_with(const std::string& inside) {
  return R"(<p:policy xmlns:p="https://hotspot/xmlns/policy/1" mode="enforce">)" + inside + "</p:policy>";
}

TEST(DomainXml, APolicyWithFiguresThatAreNoneIsNoPolicyWithoutLimits) {
  for (const char* odd : {R"(<p:vcpus min="one"/>)", R"(<p:vcpus max="4.5"/>)", R"(<p:vcpus max="99999999999"/>)",
                          R"(<p:memory min="much"/>)", R"(<p:memory max="1 GB"/>)", R"(<p:memory max="-1"/>)"})
    EXPECT_EQ(policy_of(policy_with(odd)), unreadable()) << odd;
  EXPECT_EQ(policy_of(R"(<p:policy xmlns:p="https://hotspot/xmlns/policy/1" priority="high"/>)"), unreadable());
}

TEST(DomainXml, APolicyThatIsTooLongForASnapshotIsNotCarriedAlong) {
  std::string groups;
  for (int i = 0; i < 300; ++i) groups += "<p:affinity>g" + std::to_string(i) + "</p:affinity>";
  EXPECT_EQ(policy_of(policy_with(groups)), unreadable());
  EXPECT_EQ(policy_of(policy_with("<p:group>" + std::string(10'000, 'g') + "</p:group>")), unreadable());
  EXPECT_EQ(policy_of(policy_with("<p:storage>" + std::string(10'000, 'g') + "</p:storage>")), unreadable());
}

TEST(DomainXml, OfThousandsOfObstaclesSomeAreEnough) {
  std::string devices;
  for (int i = 0; i < 1000; ++i) devices += "<filesystem><source dir='/srv'/></filesystem>";
  const auto found = obstacles_of(devices);
  EXPECT_EQ(found.size(), telemetry::SnapshotLimits().list_items);
}

TEST(DomainXml, KnowsNoObstacleInWhatCanMove) {
  EXPECT_THAT(obstacles_of(""), IsEmpty());
  EXPECT_THAT(obstacles_of(R"(<disk type='file'><source file='/var/lib/vm.qcow2'/><target dev='vda'/></disk>
                              <interface type='bridge'><source bridge='br0'/></interface><memballoon model='virtio'/>)"),
              IsEmpty())
      << "whether a disk's file is shared between nodes, the XML does not tell";
}

TEST(DomainXml, NamesAHostDeviceThatIsPassedThrough) {
  EXPECT_THAT(
      obstacles_of(R"(<hostdev mode='subsystem' type='pci'><source>
                        <address domain='0x0000' bus='0x3b' slot='0x02' function='0x1'/></source></hostdev>
                      <hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/></source></hostdev>)"),
      ElementsAre("a host device is passed through (pci 0000:3b:02.1)", "a host device is passed through (usb)"));
}

TEST(DomainXml, NamesAnInterfaceThatIsAHostDevice) {
  EXPECT_THAT(obstacles_of("<interface type='hostdev'><mac address='52:54:00:00:00:01'/></interface>"),
              ElementsAre("an interface is a host device that is passed through"));
}

TEST(DomainXml, NamesAFolderOfTheNode) {
  EXPECT_THAT(obstacles_of("<filesystem type='mount'><source dir='/srv/data'/><target dir='data'/></filesystem>"),
              ElementsAre("a folder of the node is mounted in the guest (/srv/data)"));
}

TEST(DomainXml, NamesAllObstacles) {
  EXPECT_EQ(obstacles_of("<hostdev type='usb'/><interface type='hostdev'/><filesystem/>").size(), 3u);
}

TEST(DomainXml, DoesNotMoveADomainThatIsNotUnderstood) {
  for (const char* broken : {"", "no XML", "<domain", "<domain><devices></domain>", "<network/>"}) {
    const auto obstacles = definition_from_xml(broken).migration_obstacles;
    EXPECT_THAT(obstacles, ElementsAre(HasSubstr("its definition is not understood: "))) << broken;
    EXPECT_THAT(obstacles, testing::Not(ElementsAre(HasSubstr("No error")))) << broken;
  }
}

TEST(BytesFromText, TakesPlainBytesAndUnitsOfTwo) {
  EXPECT_EQ(bytes_from_text("4096"), 4096);
  EXPECT_EQ(bytes_from_text("4096B"), 4096);
  EXPECT_EQ(bytes_from_text("0"), 0);
  EXPECT_EQ(bytes_from_text("3KiB"), 3 * kKibibyte);
  EXPECT_EQ(bytes_from_text("128MiB"), 128 * kMebibyte);
  EXPECT_EQ(bytes_from_text("1GiB"), kGibibyte);
  EXPECT_EQ(bytes_from_text("2TiB"), 2048 * kGibibyte);
}

TEST(BytesFromText, RefusesAnythingElse) {
  for (const char* wrong : {"", "MiB", "-1", "1.5GiB", "1 GiB", " 1GiB", "1GB", "1gib", "1GiBs", "0x10",
                            "9223372036854775808", "9007199254740992KiB", "8388608TiB"})
    EXPECT_EQ(bytes_from_text(wrong), std::nullopt) << wrong;
}

TEST(DomainXml, TellsWhetherThereIsKvm) {
  EXPECT_TRUE(definition_from_xml("<domain type='qemu'/>").emulated);
  EXPECT_FALSE(definition_from_xml("<domain type='kvm'/>").emulated);
  EXPECT_FALSE(definition_from_xml("<domain type='xen'/>").emulated);
}

TEST(DomainXml, TellsItsInterfacesAndTheMostVcpus) {
  const auto definition = definition_from_xml(
      "<domain><vcpu placement='static' current='2'>8</vcpu><devices><interface type='bridge'>"
      "<mac address='52:54:00:4a:1c:90'/><source bridge='br0'/><target dev='vnet0'/></interface>"
      "<interface type='user'><mac address='52:54:00:4a:1c:91'/></interface></devices></domain>");
  EXPECT_EQ(definition.vcpus_max, 8);
  ASSERT_EQ(definition.interfaces.size(), 2u);
  EXPECT_EQ(definition.interfaces[0], (InterfaceDefinition{"vnet0", "52:54:00:4a:1c:90", "bridge"}));
  EXPECT_EQ(definition.interfaces[1], (InterfaceDefinition{"", "52:54:00:4a:1c:91", "user"}));
}

TEST(DomainXml, TellsItsDisksAndWhatTheyAreIn) {
  const auto disks = definition_from_xml(R"(<domain><devices>
      <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/a.qcow2'/>
        <backingStore type='file'><source file='/srv/base.qcow2'/></backingStore><target dev='vda'/></disk>
      <disk type='file' device='disk'><driver type='raw'/><source file='/srv/b'/><backingStore/><target dev='vdb'/></disk>
      <disk type='block' device='disk'><source dev='/dev/vg/c'/><target dev='vdc'/><readonly/></disk>
      <disk type='network' device='disk'><source protocol='rbd' name='pool/d'/><target dev='vdd'/></disk>
      <disk type='file' device='cdrom'><target dev='sda'/></disk></devices></domain>)")
                         .disks;
  ASSERT_EQ(disks.size(), 5u);
  EXPECT_EQ(disks[0], (telemetry::DiskSource{"vda", "file", "/srv/a.qcow2", "", "", "qcow2", false, true}));
  EXPECT_EQ(disks[1], (telemetry::DiskSource{"vdb", "file", "/srv/b", "", "", "raw", false, false}));
  EXPECT_EQ(disks[2], (telemetry::DiskSource{"vdc", "block", "/dev/vg/c", "", "", "", true, false}));
  EXPECT_EQ(disks[3].source, "rbd:pool/d");
  EXPECT_EQ(disks[4], (telemetry::DiskSource{"sda", "file", "", "", "", "", true, false}));
}

TEST(DomainXml, NamesStorageThatIsTheNodesOwn) {
  EXPECT_THAT(obstacles_of("<disk type='nvme'><target dev='vda'/></disk>"),
              ElementsAre("disk vda is a part of the node itself (nvme)"));
  EXPECT_THAT(obstacles_of("<disk type='network'><source protocol='nbd' name='x'><host name='localhost'/></source>"
                           "<target dev='vda'/></disk>"),
              ElementsAre("disk vda is served by the node itself (nbd:x)"));
  EXPECT_THAT(obstacles_of("<disk type='network'><source protocol='nbd' name='x'><host name='nas'/></source></disk>"
                           "<tpm><backend type='emulator'/></tpm>"),
              IsEmpty());
  EXPECT_THAT(obstacles_of("<tpm><backend type='passthrough'/></tpm>"),
              ElementsAre(HasSubstr("the node's own TPM is passed through")));
}

TEST(DomainXml, TellsWhatMemoryIsAndCanBePluggedIn) {
  const auto definition = definition_from_xml(R"(<domain><maxMemory slots='8' unit='KiB'>2097152</maxMemory><devices>
      <memory model='virtio-mem'><target><size unit='KiB'>524288</size><node>0</node><block unit='KiB'>2048</block>
        <requested unit='KiB'>262144</requested><current unit='KiB'>131072</current></target>
        <alias name='virtiomem0'/></memory>
      <memory model='dimm'><target><size unit='KiB'>131072</size></target><alias name='dimm0'/></memory>
      </devices></domain>)");
  EXPECT_EQ(definition.memory_max_bytes, 2 * kGibibyte);
  EXPECT_EQ(definition.memory_slots, 8);
  ASSERT_EQ(definition.memory_devices.size(), 2u);
  EXPECT_EQ(definition.memory_devices[0], (telemetry::MemoryDevice{"virtiomem0", "virtio-mem", 512 * kMebibyte,
                                                                   256 * kMebibyte, 128 * kMebibyte, 2 * kMebibyte}));
  EXPECT_EQ(definition.memory_devices[1],
            (telemetry::MemoryDevice{"dimm0", "dimm", 128 * kMebibyte, std::nullopt, std::nullopt, std::nullopt}));
  EXPECT_EQ(definition_from_xml("<domain/>").memory_max_bytes, std::nullopt);
}

TEST(DomainXml, FindsANameInTheMetadataWhateverItsPrefix) {
  const std::string xml =
      "<domain><metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.0'>"
      "<nova:name>shop-1</nova:name><nova:owner id='7'/></nova:instance></metadata></domain>";
  EXPECT_EQ(definition_from_xml(xml).metadata_name, "shop-1");
  EXPECT_EQ(definition_from_xml(xml, {.xpath = "/instance/owner/@id"}).metadata_name, "7");
  EXPECT_EQ(definition_from_xml(xml, {.xpath = "/instance/missing"}).metadata_name, "");
  EXPECT_EQ(definition_from_xml(xml, {.name_space = "urn:other"}).metadata_name, "");
}

}  // namespace
}  // namespace hotspot::collector
