// Memory beyond the balloon: virtio-mem, then a DIMM; and which of them gives back first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::ScaleMemory;
using telemetry::DomainSample;
using telemetry::MemoryDevice;
using ::testing::HasSubstr;

MemoryDevice virtio_mem(std::int64_t current, std::int64_t size) {
  return {"virtiomem0", "virtio-mem", size * kMebibyte, current * kMebibyte, current * kMebibyte, 2 * kMebibyte};
}
MemoryDevice dimm(std::int64_t size) { return {"dimm0", "dimm", size * kMebibyte, {}, {}, {}}; }

// In MiB. As libvirt counts: what the devices hold is in the balloon, and their size in its limit.
testing::DomainBuilder guest(std::int64_t balloon, std::int64_t limit, const std::vector<MemoryDevice>& devices = {}) {
  for (const MemoryDevice& device : devices) {
    balloon += (device.model == "dimm" ? device.size_bytes : *device.current_bytes) / kMebibyte;
    limit += device.size_bytes / kMebibyte;
  }
  return domain("a")
      .memory(balloon * kMebibyte, limit * kMebibyte)
      .used(0.3)
      .set(&DomainSample::memory_devices, devices);
}

Decision scaled(const DomainSample& a, std::int64_t by_mebibytes, std::optional<std::int64_t> max = std::nullopt) {
  Round round({node("h1").cpus(64).memory(64 * kGibibyte, 60 * kGibibyte).with(a)});
  ScaleMemory remedy{.by_bytes = by_mebibytes * kMebibyte};
  if (max) remedy.max_bytes = *max * kMebibyte;
  round.domain_fires("a", {remedy});
  return round.only();
}

TEST(ScalingMemory, FillsTheBalloonBeforeItPlugsAnythingIn) {
  EXPECT_EQ(step_of(scaled(guest(512, 640, {virtio_mem(0, 1024)}), 256)), "balloon 512 MiB → 640 MiB");
}

TEST(ScalingMemory, CountsTheBalloonWithoutWhatVirtioMemHolds) {
  EXPECT_EQ(step_of(scaled(guest(512, 640, {virtio_mem(256, 1024)}), 64)), "balloon 512 MiB → 576 MiB");
}

TEST(ScalingMemory, GoesOnWithVirtioMemInWholeBlocksUpToItsSize) {
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(0, 1024)}), 255)), "virtiomem0 0 B → 256 MiB");
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(896, 1024)}), 256)), "virtiomem0 896 MiB → 1 GiB");
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(0, 1024)}), 256, 601)), "virtiomem0 0 B → 88 MiB")
      << "the rule's limit is for all memory together";
}

TEST(ScalingMemory, PlugsADimmInWhereNothingElseIsLeft) {
  const auto full =
      guest(512, 512).set(&DomainSample::memory_max_bytes, 2 * kGibibyte).set(&DomainSample::memory_slots, 2);
  const Decision decision = scaled(full, 100);
  EXPECT_EQ(step_of(decision), "DIMM of 128 MiB plugged in (0 B → 128 MiB)") << "Linux takes blocks of 128 MiB";
  ASSERT_TRUE(decision.action);
  EXPECT_EQ(decision.action->expected.at("guest_memory_before_bytes"), 512.0 * kMebibyte);
  EXPECT_EQ(step_of(scaled(full, 9000)), "DIMM of 1.5 GiB plugged in (0 B → 1.5 GiB)") << "up to <maxMemory>";
  const auto second = guest(512, 512, {dimm(128)})
                          .set(&DomainSample::memory_max_bytes, 2 * kGibibyte)
                          .set(&DomainSample::memory_slots, 2);
  EXPECT_EQ(step_of(scaled(second, 128)), "DIMM of 128 MiB plugged in (128 MiB → 256 MiB)");
}

TEST(ScalingMemory, SaysWhatWouldBeNeededForMore) {
  EXPECT_THAT(refusals_of(scaled(guest(512, 512), 100)).front(),
              HasSubstr("more would need <maxMemory slots='…'> in its definition, or a virtio-mem device"));
  const auto taken = guest(512, 512, {dimm(128)})
                         .set(&DomainSample::memory_max_bytes, 2 * kGibibyte)
                         .set(&DomainSample::memory_slots, 1);
  EXPECT_THAT(refusals_of(scaled(taken, 100)).front(), HasSubstr("all 1 slots for memory devices are taken"));
  const auto narrow =
      guest(512, 512).set(&DomainSample::memory_max_bytes, 600 * kMebibyte).set(&DomainSample::memory_slots, 1);
  EXPECT_THAT(refusals_of(scaled(narrow, 100)).front(), HasSubstr("a DIMM takes at least 128 MiB"));
  EXPECT_THAT(refusals_of(scaled(narrow, 100, 512)).front(), ::testing::Not(HasSubstr("DIMM")))
      << "the rule is the limit";
}

TEST(ScalingMemory, TakesBackFromVirtioMemFirstAndThenFromTheBalloon) {
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(256, 1024)}), -101)), "virtiomem0 256 MiB → 156 MiB");
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(64, 1024)}), -101)), "virtiomem0 64 MiB → 0 B");
  EXPECT_EQ(step_of(scaled(guest(512, 512, {virtio_mem(0, 1024)}), -101)), "balloon 512 MiB → 411 MiB");
  EXPECT_EQ(step_of(scaled(guest(512, 512, {dimm(128)}), -101)), "balloon 640 MiB → 539 MiB")
      << "of a DIMM too the balloon takes pages; the DIMM stays";
}

TEST(ScalingMemory, PlugsInOnlyWhatTheNodeHasLeft) {
  Round round({node("h1").memory(kGibibyte, 200 * kMebibyte).with(guest(512, 512, {virtio_mem(0, 1024)}))});
  round.domain_fires("a", {ScaleMemory{.by_bytes = 256 * kMebibyte}});
  EXPECT_THAT(refusals_of(round.only()).front(), HasSubstr("no_memory"));
}

TEST(ScalingMemory, WhatIsBeingPluggedInCountsAsTaken) {
  Round round({node("h1")
                   .memory(kGibibyte, 500 * kMebibyte)
                   .with(guest(512, 512, {virtio_mem(0, 1024)}))
                   .with(domain("b").memory(64 * kMebibyte, 512 * kMebibyte))});
  round.under_way("a", "h1", model::SetVirtioMem{"virtiomem0", 0, 300 * kMebibyte});
  round.domain_fires("b", {ScaleMemory{.by_bytes = 200 * kMebibyte}});
  EXPECT_THAT(refusals_of(round.only()).front(), HasSubstr("no_memory"));
}

TEST(ScalingLimits, AreAboutTheDeviceOfTheLabelOrAll) {
  auto a =
      domain("a")
          .set(&DomainSample::disks, {telemetry::DiskSample{.device = "vda"}, telemetry::DiskSample{.device = "vdb"}})
          .set(&DomainSample::interfaces, {telemetry::InterfaceSample{.device = "vnet0"}});
  const rules::LimitDisk disk{{.read_bytes_per_second = 50 * kMebibyte, .write_ops_per_second = 200}};
  const auto limited = [&](const std::string& device, const rules::Remedy& remedy) {
    Round round({node("h1").with(a)});
    auto& firing = round.domain_fires("a", {remedy});
    if (!device.empty()) firing.subject.labels["device"] = device;
    const Decision decision = round.only();
    return decision.action ? step_of(decision) : refusals_of(decision).front();
  };
  EXPECT_EQ(limited("vdb", disk), "limit of disk vdb → 50 MiB/s read, 200 writes/s");
  EXPECT_EQ(limited("", disk), "limit of all disks → 50 MiB/s read, 200 writes/s");
  EXPECT_EQ(limited("", rules::LimitDisk{}), "limit of all disks → none");
  EXPECT_EQ(limited("vnet0", disk), "not_applicable, 'vnet0' is no disk of a; it has vda, vdb");
  const rules::LimitNetwork network{{model::Flow{kMebibyte, 2 * kMebibyte, {}}, std::nullopt}};
  EXPECT_EQ(limited("vnet0", network), "limit of interface vnet0 → 1 MiB/s received with peaks of 2 MiB/s");
  EXPECT_EQ(limited("vda", network), "not_applicable, 'vda' is no interface of a; it has vnet0");
  a = domain("a");
  EXPECT_EQ(limited("", disk), "not_applicable, a has no disk that is measured");
}

}  // namespace
}  // namespace hotspot::plan
