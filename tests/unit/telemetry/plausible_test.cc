#include "telemetry/plausible.h"

#include <gtest/gtest.h>

#include "telemetry/codec.h"
#include "telemetry/snapshot_size.h"

namespace hotspot::telemetry {
namespace {

NodeSnapshot sound() {
  NodeSnapshot s;
  s.taken_at = from_unix_ms(1'795'245'457'492);
  s.interval_seconds = 1;
  s.node.uuid = "n";
  s.node.name = "h1";
  s.node.cpus = 4;
  s.node.memory_bytes = kGibibyte;
  DomainSample d;
  d.uuid = "d";
  d.name = "web1";
  d.vcpus = 2;
  d.cpu_ratio = 0.5;
  d.memory_balloon_bytes = kGibibyte;
  d.disks = {{"vda", 1.5}};
  d.memory_devices = {{.device = "dimm0", .size_bytes = kGibibyte}};
  s.domains = {d};
  return s;
}

Result<NodeSnapshot, DecodeError> through_the_wire(const NodeSnapshot& snapshot, SnapshotLimits limits = {}) {
  return SnapshotDecoder(limits).decode(encode(snapshot));
}

TEST(Plausible, LeavesASoundSnapshotAsItIs) {
  NodeSnapshot snapshot = sound();
  snapshot.domains[0].cpu_ratio = 1.02;  // accounted a little late
  const auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, snapshot);
  EXPECT_EQ(read->implausible.count, 0u);
}

TEST(Plausible, TakesAValueThatCannotBeForNotMeasuredAndCountsIt) {
  NodeSnapshot snapshot = sound();
  DomainSample& d = snapshot.domains[0];
  d.cpu_ratio = 1e300;
  d.vcpus = -1;
  d.memory_balloon_bytes = -5;
  d.memory_usable_bytes = (std::int64_t{1} << 62) + 1;
  d.disks[0].read_bytes_per_second = -1;
  d.swap_in_bytes_per_second = 1e200;
  d.memory_devices[0].size_bytes = -1;
  snapshot.node.cpu_ratio = 7;
  snapshot.node.pressure.cpu_some_ratio = -0.1;
  snapshot.node.memory_available_bytes = -1;
  snapshot.elapsed_seconds = -3;
  const auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  const DomainSample& got = read->domains[0];
  EXPECT_EQ(got.cpu_ratio, std::nullopt);
  EXPECT_EQ(got.vcpus, std::nullopt);
  EXPECT_EQ(got.memory_balloon_bytes, std::nullopt);
  EXPECT_EQ(got.memory_usable_bytes, std::nullopt);
  EXPECT_EQ(got.disks[0].read_bytes_per_second, std::nullopt);
  EXPECT_EQ(got.swap_in_bytes_per_second, std::nullopt);
  EXPECT_TRUE(got.memory_devices.empty());
  EXPECT_EQ(read->node.cpu_ratio, std::nullopt);
  EXPECT_EQ(read->node.pressure.cpu_some_ratio, std::nullopt);
  EXPECT_EQ(read->node.memory_available_bytes, std::nullopt);
  EXPECT_EQ(read->elapsed_seconds, std::nullopt);
  EXPECT_EQ(read->implausible.count, 11u);
  EXPECT_EQ(read->implausible.first, "h1: 'elapsed_seconds' cannot be -3.000000");
}

TEST(Plausible, ANodeHasNotMoreMemoryAvailableThanItHas) {
  NodeSnapshot snapshot = sound();
  snapshot.node.memory_available_bytes = snapshot.node.memory_bytes;
  EXPECT_EQ(through_the_wire(snapshot)->node.memory_available_bytes, snapshot.node.memory_bytes);
  snapshot.node.memory_available_bytes = snapshot.node.memory_bytes + 1;
  const auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->node.memory_available_bytes, std::nullopt) << "its used share would be below 0";
  EXPECT_EQ(read->implausible.count, 1u);
}

TEST(Plausible, DropsHugePagesThatCannotBeAndAStartBeforeAllTime) {
  NodeSnapshot snapshot = sound();
  snapshot.node.huge_page_pools = {{0, kGibibyte, kGibibyte}, {-1, 0, 0}, {2 * kMebibyte, -1, kGibibyte}};
  snapshot.domains[0].huge_pages_bytes = -1;
  snapshot.domains[0].started_at = -1;
  const auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  const std::vector<HugePagePool> left{{2 * kMebibyte, std::nullopt, kGibibyte}};
  EXPECT_EQ(read->node.huge_page_pools, left) << "a page without a size would be divided by";
  EXPECT_EQ(read->domains[0].huge_pages_bytes, std::nullopt);
  EXPECT_EQ(read->domains[0].started_at, std::nullopt);
  EXPECT_EQ(read->implausible.count, 5u);
}

TEST(Plausible, LeavesADomainAloneWhosePolicyCannotBe) {
  NodeSnapshot snapshot = sound();
  snapshot.domains[0].policy.vcpus_max = -4;
  snapshot.domains[0].policy.mode = "enforce";
  const auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->domains[0].policy.vcpus_max, std::nullopt);
  EXPECT_EQ(read->domains[0].policy.mode, "observe");
}

TEST(Plausible, ADomainWhosePolicyCannotBeReadIsLeftAloneAndTheNodeIsNot) {
  NodeSnapshot snapshot = sound();
  snapshot.domains[0].policy.mode = "enforce";
  snapshot.domains[0].policy.affinity.resize(SnapshotLimits().list_items + 1, "g");
  snapshot.domains.push_back({.uuid = "e", .name = "db1", .cpu_ratio = 0.25});
  auto read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  Policy alone;
  alone.mode = "observe";
  EXPECT_EQ(read->domains[0].policy, alone);
  EXPECT_EQ(read->domains[0].cpu_ratio, 0.5);
  EXPECT_EQ(read->domains[1].cpu_ratio, 0.25);
  EXPECT_EQ(read->implausible.count, 1u);
  EXPECT_EQ(read->implausible.first,
            "web1: the policy in its metadata is of the wrong types, or too long: it is left alone");

  snapshot.domains[0].policy = {};
  snapshot.domains[0].policy.group = std::string(SnapshotLimits().text_bytes + 1, 'g');
  read = through_the_wire(snapshot);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->domains[0].policy, alone);
}

TEST(Plausible, RefusesANodeThatCannotBe) {
  NodeSnapshot snapshot = sound();
  snapshot.node.cpus = -2;
  const auto read = through_the_wire(snapshot);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, DecodeFault::kOutOfRange);
  EXPECT_EQ(read.error().message, "the node cannot have -2 CPUs");
}

TEST(SnapshotLimits, RefuseMoreDomainsThanANodeMayHave) {
  NodeSnapshot snapshot = sound();
  for (int i = 1; i < 6; ++i) {
    snapshot.domains.push_back({.uuid = "d" + std::to_string(i), .name = "app" + std::to_string(i)});
  }
  EXPECT_TRUE(through_the_wire(snapshot, {.domains = 6}));
  const auto read = through_the_wire(snapshot, {.domains = 5});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, DecodeFault::kTooMany);
  EXPECT_EQ(read.error().message,
            "the domains of h1: 6, at most 5 are taken (limits.domains_per_node in hotspotd.yaml)");
}

TEST(SnapshotLimits, AMillionColumnsAreNotReadOneByOne) {
  std::string json = encode(sound());
  const auto at = json.find("\"columns\":[") + 11;
  std::string more;
  for (int i = 0; i < 1000; ++i) more += "\"\",";
  json.insert(at, more);
  const auto read = SnapshotDecoder().decode(json);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, DecodeFault::kTooMany) << read.error().message;
}

TEST(SnapshotLimits, WhatASnapshotTakesInMemoryIsToldByWhatItHolds) {
  NodeSnapshot small = sound(), large = sound();
  large.domains[0].disks.resize(1000);
  EXPECT_GT(bytes_in_memory(large), bytes_in_memory(small) + 900 * sizeof(DiskSample));
  EXPECT_LT(encode(large).size(), bytes_in_memory(large)) << "its text says less";
}

TEST(SnapshotLimits, BoundDevicesListsAndTexts) {
  NodeSnapshot vcpus = sound();
  vcpus.domains[0].vcpu_samples.resize(1025);
  EXPECT_EQ(through_the_wire(vcpus).error().fault, DecodeFault::kTooMany);
  NodeSnapshot rows = sound();
  rows.domains[0].vcpu_samples.resize(40);
  EXPECT_TRUE(through_the_wire(rows, {.domains = 3}));
  EXPECT_EQ(through_the_wire(rows, {.domains = 2}).error().fault, DecodeFault::kTooMany);
  NodeSnapshot filesystems = sound();
  filesystems.node.filesystems.resize(20'000);
  EXPECT_FALSE(through_the_wire(filesystems));
  NodeSnapshot obstacles = sound();
  obstacles.domains[0].migration_obstacles.resize(300);
  EXPECT_FALSE(through_the_wire(obstacles));
  NodeSnapshot networks = sound();
  networks.node.networks.emplace(300, "net");
  EXPECT_FALSE(through_the_wire(networks));
  NodeSnapshot pools = sound();
  pools.node.huge_page_pools.resize(20'000, {kMebibyte, 0, 0});
  EXPECT_FALSE(through_the_wire(pools));
  NodeSnapshot name = sound();
  name.domains[0].name = std::string(2000, 'x');
  EXPECT_FALSE(through_the_wire(name));
  NodeSnapshot text = sound();
  text.node.uri = std::string(10'000, 'x');
  EXPECT_FALSE(through_the_wire(text));
}

TEST(SnapshotLimits, RefuseOneDomainTwice) {
  NodeSnapshot snapshot = sound();
  snapshot.domains.push_back(snapshot.domains[0]);
  EXPECT_EQ(through_the_wire(snapshot).error().message, "the domain d is listed twice");
  snapshot.domains[1].uuid = "other";
  EXPECT_EQ(through_the_wire(snapshot).error().message, "two domains have the name 'web1'");
}

}  // namespace
}  // namespace hotspot::telemetry
