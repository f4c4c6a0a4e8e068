// What a node has that domains may need, from files like the kernel's and from XML like libvirt's.
#include "collectd-plugin/node_offers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "collectd-plugin/libvirt_reader.h"

namespace hotspot::collector {
namespace {

namespace fs = std::filesystem;
using telemetry::HugePagePool;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NodeOffersTest : public ::testing::Test {
 protected:
  NodeOffersTest() : root_(fs::temp_directory_path() / ("hotspot-offers-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  ~NodeOffersTest() override { fs::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void pool(const std::string& size, int all, int free, int reserved, int overcommit = 0, int surplus = 0) {
    const std::string folder = "kernel/mm/hugepages/hugepages-" + size + "kB/";
    write(folder + "nr_hugepages", std::to_string(all) + "\n");
    write(folder + "free_hugepages", std::to_string(free) + "\n");
    write(folder + "resv_hugepages", std::to_string(reserved) + "\n");
    write(folder + "nr_overcommit_hugepages", std::to_string(overcommit) + "\n");
    write(folder + "surplus_hugepages", std::to_string(surplus) + "\n");
  }
  fs::path root_;
};

TEST_F(NodeOffersTest, HugePagesOfEachSizeAndWhatMayStillBeTaken) {
  pool("2048", 1024, 512, 128);
  pool("1048576", 0, 0, 0);
  EXPECT_THAT(read_huge_pages(root_.string()),
              ElementsAre(HugePagePool{2 * kMebibyte, 2 * kGibibyte, 768 * kMebibyte}, HugePagePool{kGibibyte, 0, 0}))
      << "what is reserved is free only until its owner touches it";
}

TEST_F(NodeOffersTest, HugePagesThatTheKernelMayAddCountToo) {
  pool("2048", 10, 0, 0, 20, 10);
  EXPECT_THAT(read_huge_pages(root_.string()),
              ElementsAre(HugePagePool{2 * kMebibyte, 20 * kMebibyte, 20 * kMebibyte}));
}

TEST_F(NodeOffersTest, HugePagesThatAreNotToldAreNotZero) {
  EXPECT_THAT(read_huge_pages(root_.string()), IsEmpty());
  write("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "4\n");
  write("kernel/mm/hugepages/hugepages-0kB/nr_hugepages", "4\n");
  write("kernel/mm/hugepages/other/nr_hugepages", "4\n");
  EXPECT_THAT(read_huge_pages(root_.string()), ElementsAre(HugePagePool{2 * kMebibyte, 8 * kMebibyte, std::nullopt}));
}

constexpr const char* kCapabilities = R"(<capabilities><host><uuid>u</uuid><cpu><arch>x86_64</arch>
    <model>Skylake-Client-IBRS</model><vendor>Intel</vendor><topology sockets='1'/>
    <feature name='vmx'/><feature name='ds'/></cpu></host>
  <guest><os_type>hvm</os_type><arch name='i686'><emulator>/usr/bin/qemu-system-i386</emulator>
    <machine>pc-i440fx-3.0</machine></arch></guest>
  <guest><os_type>hvm</os_type><arch name='x86_64'><wordsize>64</wordsize>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <machine maxCpus='255'>pc-i440fx-7.2</machine><machine canonical='pc-i440fx-7.2' maxCpus='255'>pc</machine>
    <machine maxCpus='288'>pc-q35-7.2</machine><machine canonical='pc-q35-7.2'>q35</machine>
    <machine maxCpus='288' deprecated='yes'>pc-q35-2.6</machine><machine>microvm</machine>
    <domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>)";

TEST_F(NodeOffersTest, MachineTypesAndCpuOfLibvirtsCapabilities) {
  const HostCapabilities found = host_capabilities_from(kCapabilities);
  EXPECT_EQ(found.emulator, "/usr/bin/qemu-system-x86_64");
  EXPECT_EQ(found.machine_types, "microvm pc-i440fx-7.2 pc-q35-2.6..7.2");
  EXPECT_EQ(found.cpu_vendor, "Intel");
  EXPECT_EQ(found.cpu_features, "ds vmx");
}

TEST_F(NodeOffersTest, CapabilitiesThatDoNotTellAreNotKnown) {
  for (const char* xml :
       {"", "no XML", "<capabilities/>", "<capabilities><host><cpu><arch>i686</arch></cpu></host></capabilities>"})
    EXPECT_EQ(host_capabilities_from(xml), HostCapabilities()) << xml;
}

TEST_F(NodeOffersTest, AnEmulatedTpmByTheDomainCapabilities) {
  const auto with = [](const std::string& tpm) {
    return emulated_tpm_from("<domainCapabilities><devices>" + tpm + "</devices></domainCapabilities>");
  };
  EXPECT_EQ(with("<tpm supported='yes'><enum name='model'><value>emulator</value></enum>"
                 "<enum name='backendModel'><value>passthrough</value><value>emulator</value></enum></tpm>"),
            true);
  EXPECT_EQ(with("<tpm supported='yes'><enum name='backendModel'><value>passthrough</value></enum></tpm>"), false);
  EXPECT_EQ(with("<tpm supported='no'/>"), false);
  EXPECT_EQ(with(""), std::nullopt);
}

TEST_F(NodeOffersTest, TheMachineTypeOfAnotherEmulatorIsNotCompared) {
  telemetry::NodeSample node;
  node.arch = "x86_64";
  const NodeOffers offers(root_.string(), std::chrono::seconds(60));
  TargetNeeds needs;
  needs.machine = "pc-q35-7.2";
  needs.arch = "x86_64";
  needs.emulator = "/opt/qemu/bin/qemu-system-x86_64";
  offers.complete(needs, node);
  EXPECT_EQ(needs.machine, "");
}

TEST_F(NodeOffersTest, AReaderTellsTheActiveNetworksAndTheInterfacesAsLibvirtHasThem) {
  LibvirtReader reader({.uri = "test:///default"});
  const auto reading = reader.read();
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->node.fixed.networks, telemetry::Names({"default"}));
  EXPECT_EQ(reading->node.fixed.interfaces, telemetry::Names({"eth1"}));
  EXPECT_THAT(reading->node.fixed.huge_page_pools, IsEmpty()) << "those of another machine";
}

}  // namespace
}  // namespace hotspot::collector
