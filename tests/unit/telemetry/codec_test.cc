#include "telemetry/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace hotspot::telemetry {
namespace {

DomainSample full_domain(const std::string& name) {
  DomainSample d;
  d.uuid = "uuid-" + name;
  d.name = name;
  d.state = DomainState::kRunning;
  d.state_reason = "migrated";
  d.persistent = true;
  d.emulated = true;
  d.vcpus = 2;
  d.vcpus_max = 8;
  d.cpu_ratio = 0.1 + 0.2;  // no short decimal: must survive to the last bit
  d.cpu_cores = 0.65;
  d.cpu_steal_ratio = 0.01;
  d.memory_balloon_bytes = 128 * kMebibyte;
  d.memory_balloon_max_bytes = 4096 * kGibibyte;
  d.memory_usable_bytes = 0;
  d.swap_in_bytes_per_second = 0.0;
  d.migration_obstacles = {"a disk \"/var/x\" is local", "tab\tand\nnewline"};
  d.job_active = true;
  d.policy.mode = "recommend";
  d.policy.vcpus_max = 4;
  d.policy.memory_min_bytes = kGibibyte;
  d.policy.group = "web";
  d.policy.anti_affinity = {"web", "db"};
  d.policy.priority = -3;
  d.vcpu_samples = {{0, 0.5, 0.01, 0.0}, {1, std::nullopt, std::nullopt, std::nullopt}};
  d.disks = {{"vda", 1.5, 0.0, std::nullopt, 3e9}};
  d.disks[0].flush_ops_per_second = 2.5;
  d.disks[0].write_latency_seconds = 0.003;
  d.disks[0].physical_bytes = 0;
  d.job_total_bytes = kGibibyte;
  d.job_remaining_bytes = 0;
  d.interfaces = {{.device = "vnet0", .receive_bytes_per_second = 12.25, .transmit_drops_per_second = 0.0}};
  d.policy.storage = "copy";
  d.disk_sources = {{"vda", "file", "/srv/\"vm\".qcow2", "/mnt/vm", "", "qcow2", false, true},
                    {.device = "sda", .type = "block", .source = "/dev/vg/a", .id = "LVM-1", .read_only = true}};
  d.disk_sources[1].may_be_missing = true;
  d.memory_devices = {{"virtiomem0", "virtio-mem", kGibibyte, 0, 0, 2 * kMebibyte},
                      {.device = "dimm0", .size_bytes = 1}};
  d.memory_max_bytes = 8 * kGibibyte;
  d.memory_slots = 4;
  d.started_at = 1'795'245'000;
  d.machine = "pc-q35-7.2";
  d.cpu_mode = "host-passthrough";
  d.cpu_vendor = "Intel";
  d.huge_page_bytes = 0;
  d.huge_pages_bytes = kGibibyte;
  d.networks = {"default", "lan \"7\""};
  d.node_interfaces = {"br0"};
  d.files = {"/usr/share/OVMF/OVMF_CODE.fd"};
  d.emulated_tpm = true;
  return d;
}

NodeSnapshot full_snapshot() {
  NodeSnapshot s;
  s.cluster = "rig";
  s.taken_at = from_unix_ms(1'795'245'457'492);
  s.sequence = std::numeric_limits<std::uint64_t>::max();
  s.elapsed_seconds = 0.999670892;
  s.interval_seconds = 1;
  s.collector = {"0.1.0", 0.0075, 3, 1};
  s.node.uuid = "node-uuid";
  s.node.name = "h1 \"ü\" \x01";
  s.node.uri = "qemu+tcp://10.0.0.1/system";
  s.node.hypervisor = "QEMU";
  s.node.cpus = 64;
  s.node.memory_bytes = 512 * kGibibyte;
  s.node.cpu_ratio = 0.75;
  s.node.pressure.io_full_ratio = 0.25;
  s.node.load_15m = 0.5;
  s.node.huge_pages_bytes = 0;
  s.node.ksm_saved_bytes = 4096;
  s.node.swap_out_bytes_per_second = 0.0;
  s.node.links = {{"eth0", 1e10, 5.5, std::nullopt}, {"eth1", std::nullopt, std::nullopt, 0.0}};
  s.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", 5}, {"/srv", "nfs4", "nas:/vms", "/", std::nullopt}};
  s.node.block_devices = {{"dm-3", "LVM-abc"}};
  s.node.huge_page_pools = {{2 * kMebibyte, kGibibyte, 0}, {kGibibyte, std::nullopt, std::nullopt}};
  s.node.networks = {{"default"}};
  s.node.interfaces = Names(std::vector<std::string>{});
  s.node.machine_types = "microvm pc-q35-2.6..10.0";
  s.node.cpu_vendor = "Intel";
  s.node.cpu_features = "";
  s.node.emulated_tpm = false;
  s.node.numa_cells = {{0, kGibibyte, std::nullopt, 32}, {1, std::nullopt, 5, std::nullopt}};
  s.domains = {full_domain("a"), DomainSample{.uuid = "bare", .name = ""}, full_domain("b")};
  return s;
}

TEST(Codec, GivesBackWhatItWasGivenToTheLastBit) {
  SnapshotDecoder decoder;
  const NodeSnapshot snapshot = full_snapshot();
  const auto decoded = decoder.decode(encode(snapshot));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, snapshot);
}

TEST(Codec, KeepsWhatWasNotMeasuredEmptyAndAZeroZero) {
  SnapshotDecoder decoder;
  const auto decoded = decoder.decode(encode(full_snapshot()));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->domains[0].memory_usable_bytes, 0);
  EXPECT_EQ(decoded->domains[0].swap_in_bytes_per_second, 0.0);
  EXPECT_EQ(decoded->domains[0].swap_out_bytes_per_second, std::nullopt);
  EXPECT_EQ(decoded->domains[1].cpu_ratio, std::nullopt);
}

TEST(Codec, KeepsNothingOfAKindApartFromNotKnown) {
  NodeSnapshot snapshot = full_snapshot();
  snapshot.node.networks = std::nullopt;
  const auto decoded = SnapshotDecoder().decode(encode(snapshot));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->node.networks, std::nullopt);
  EXPECT_EQ(decoded->node.interfaces, Names(std::vector<std::string>{})) << "the node said that it has none";
  EXPECT_EQ(decoded->node.cpu_features, "");
  EXPECT_EQ(decoded->domains[0].huge_page_bytes, 0);
  EXPECT_EQ(decoded->domains[1].huge_page_bytes, std::nullopt);
}

TEST(Codec, ReadsASnapshotOfBeforeDomainsToldWhatTheyNeed) {
  const auto decoded = SnapshotDecoder().decode(
      R"({"schema":1,"taken_at":1.5,"node":{"uuid":"n"},"columns":["uuid","name"],"domains":[["u","web1"]]})");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_TRUE(decoded->node.huge_page_pools.empty());
  EXPECT_EQ(decoded->node.networks, std::nullopt);
  EXPECT_EQ(decoded->node.emulated_tpm, std::nullopt);
  EXPECT_EQ(decoded->domains[0], (DomainSample{.uuid = "u", .name = "web1"}));
}

TEST(Codec, WritesNumbersThatAreNotFiniteAsNotMeasured) {
  NodeSnapshot snapshot = full_snapshot();
  snapshot.node.cpu_ratio = std::numeric_limits<double>::quiet_NaN();
  snapshot.node.load_1m = std::numeric_limits<double>::infinity();
  const auto decoded = SnapshotDecoder().decode(encode(snapshot));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->node.cpu_ratio, std::nullopt);
  EXPECT_EQ(decoded->node.load_1m, std::nullopt);
}

TEST(Codec, RefusesASnapshotThatIsCutOffAnywhere) {
  const std::string text = encode(full_snapshot());
  SnapshotDecoder decoder;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto decoded = decoder.decode(std::string_view(text).substr(0, length));
    ASSERT_FALSE(decoded) << "the first " << length << " bytes were taken for a snapshot";
    ASSERT_EQ(decoded.error().fault, DecodeFault::kNotJson) << decoded.error().message;
  }
}

TEST(Codec, NeverThrowsAndNeverLosesItsWayOnBytesThatWereChanged) {
  const std::string good = encode(full_snapshot());
  std::mt19937 random(20261121);
  SnapshotDecoder decoder;
  for (int round = 0; round < 3000; ++round) {
    std::string text = good;
    for (int i = 0; i <= round % 4; ++i) text[random() % text.size()] = static_cast<char>(random());
    const auto decoded = decoder.decode(text);
    if (!decoded) {
      EXPECT_FALSE(decoded.error().message.empty());
    }
  }
  EXPECT_TRUE(decoder.decode(good)) << "the decoder is as good as new after nonsense";
}

struct Refused {
  const char* what;
  const char* json;
  DecodeFault fault;
  const char* says;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.what; }

class CodecRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(CodecRefuses, WithAKindAndASentence) {
  const auto decoded = SnapshotDecoder().decode(GetParam().json);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().fault, GetParam().fault) << decoded.error().message;
  EXPECT_NE(decoded.error().message.find(GetParam().says), std::string::npos) << decoded.error().message;
}

#define NODE R"("taken_at":1.5,"node":{"uuid":"n"},"columns":["uuid","vcpus"])"
INSTANTIATE_TEST_SUITE_P(
    WhatIsNoSnapshot, CodecRefuses,
    ::testing::Values(
        Refused{"Nothing", "", DecodeFault::kNotJson, "not JSON"},
        Refused{"Words", "hello", DecodeFault::kNotJson, "not JSON"},
        Refused{"AList", "[]", DecodeFault::kNotASnapshot, "no JSON object"},
        Refused{"AnEmptyObject", "{}", DecodeFault::kNotASnapshot, "no schema"},
        Refused{"SchemaAsText", R"({"schema":"1"})", DecodeFault::kNotASnapshot, "no schema"},
        Refused{"AHigherSchema", R"({"schema":2})", DecodeFault::kHigherSchema, "schema 2"},
        Refused{"NoTime", R"({"schema":1})", DecodeFault::kNotASnapshot, "taken_at"},
        Refused{"NoNode", R"({"schema":1,"taken_at":1.5})", DecodeFault::kNotASnapshot, "no node"},
        Refused{"NoDomains", R"({"schema":1,)" NODE "}", DecodeFault::kNotASnapshot, "no list of domains"},
        Refused{"ARowThatIsTooLong", R"({"schema":1,)" NODE R"(,"domains":[["u",1,2]]})", DecodeFault::kNotASnapshot,
                "longer than the columns"},
        Refused{"AnotherType", R"({"schema":1,)" NODE R"(,"domains":[["u","two"]]})", DecodeFault::kNotASnapshot,
                "'vcpus'"},
        Refused{"ADomainWithoutUuid", R"({"schema":1,)" NODE R"(,"domains":[[null,2]]})", DecodeFault::kNotASnapshot,
                "no UUID"},
        Refused{"ADomainListedTwice", R"({"schema":1,)" NODE R"(,"domains":[["u",2],["v",1],["u",2]]})",
                DecodeFault::kNotASnapshot, "the domain u is listed twice"},
        Refused{"ARowOfNoDomain",
                R"({"schema":1,)" NODE R"(,"domains":[],"disks":{"columns":["domain","device"],"rows":[[0,"vda"]]}})",
                DecodeFault::kNotASnapshot, "belongs to no domain"}),
    [](const auto& test) { return test.param.what; });

TEST(Codec, RefusesWhatIsTooLargeBeforeItReadsIt) {
  SnapshotDecoder decoder({.bytes = 100});
  const auto decoded = decoder.decode(std::string(101, '{'));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().fault, DecodeFault::kTooLarge);
  EXPECT_EQ(decoded.error().message, "the snapshot has 101 bytes, at most 100 are taken");
}

TEST(Codec, SkipsFieldsAndColumnsThatALaterProgramAdded) {
  const auto decoded =
      SnapshotDecoder().decode(R"({"schema":1,"later":{"a":[1]},"taken_at":1.5,"node":{"uuid":"n","later":3},)"
                               R"("columns":["later","uuid","vcpus"],"domains":[[{"x":1},"u",2],["y","v"]]})");
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_EQ(decoded->domains.size(), 2u);
  EXPECT_EQ(decoded->domains[0].vcpus, 2);
  EXPECT_EQ(decoded->domains[1].uuid, "v");
  EXPECT_EQ(decoded->domains[1].vcpus, std::nullopt) << "a row may be shorter than the columns";
}

}  // namespace
}  // namespace hotspot::telemetry
