// What every Hypervisor promises about memory that is plugged in, and about disks that are copied. The fake one always;
// libvirt where a rig is named:
//   HOTSPOT_RIG_URIS="qemu+tcp://10.77.0.11/system qemu+tcp://10.77.0.12/system" HOTSPOT_RIG_PLUG_DOMAIN=UUID
// The domain runs on the first, with a virtio-mem device of 256 MiB, a free slot for a DIMM, and a disk vdb of its
// host.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sstream>
#include <vector>

#include "actuator/io/libvirt/hypervisor.h"
#include "telemetry/memory_devices.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

using hotspot::testing::wait_for;
using ports::CallFault;
using ports::MigrationProgress;
using ports::Verdict;

constexpr const char* kDevice = "virtiomem0";

struct Body {
  std::unique_ptr<ports::Hypervisor> hypervisor;
  ports::NodeAddress first, second;
  std::string domain_uuid;
};

Body make_fake() {
  auto fake = std::make_unique<fakes::FakeHypervisor>();
  Body body{nullptr, {"uuid-of-h1", "h1", "fake:///h1"}, {"uuid-of-h2", "h2", "fake:///h2"}, "uuid-of-a"};
  ports::DomainFacts facts;
  facts.state = telemetry::DomainState::kRunning;
  facts.balloon_bytes = facts.balloon_max_bytes = 256 * kMebibyte;
  facts.guest_memory_bytes = 200 * kMebibyte;
  facts.memory_devices = {{kDevice, "virtio-mem", 256 * kMebibyte, 0, 0, 2 * kMebibyte}};
  fake->add_domain(body.first.uuid, body.domain_uuid, facts);
  fake->set_dimm_slots(1);
  body.hypervisor = std::move(fake);
  return body;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Body make_rig() {
  std::istringstream uris(environment("HOTSPOT_RIG_URIS"));
  Body body{std::make_unique<io::LibvirtHypervisor>(),
            {"", "rig1", ""},
            {"", "rig2", ""},
            environment("HOTSPOT_RIG_PLUG_DOMAIN")};
  uris >> body.first.uri >> body.second.uri;
  return body;
}

struct Maker {
  const char* name;
  Body (*make)();
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

std::vector<Maker> makers() {
  std::vector<Maker> found{{"Fake", make_fake}};
  if (!environment("HOTSPOT_RIG_PLUG_DOMAIN").empty()) found.push_back({"Rig", make_rig});
  return found;
}

class DevicesContract : public ::testing::TestWithParam<Maker> {
 protected:
  ports::DomainFacts look() { return *body_.hypervisor->look(body_.first, body_.domain_uuid); }
  Result<void, ports::CallError> apply(const model::Step& step) {
    return body_.hypervisor->apply(body_.first, body_.domain_uuid, step, ports::Hypervisor::Reach::kNow);
  }
  bool is_applied(const model::Step& step) {
    const auto applied = body_.hypervisor->is_applied(body_.first, body_.domain_uuid, step);
    EXPECT_TRUE(applied) << applied.error().message;
    return applied && applied->shown;
  }
  std::int64_t held() {
    const ports::DomainFacts facts = look();
    const auto* device = ports::find_memory_device(facts, kDevice);
    return device == nullptr ? -1 : device->current_bytes.value_or(-1);
  }
  Body body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, DevicesContract, ::testing::ValuesIn(makers()),
                         [](const auto& body) { return body.param.name; });

TEST_P(DevicesContract, AGuestTakesMemoryByVirtioMemAndGivesItBackAndTheBalloonKnowsNothingOfIt) {
  const auto before = look();
  ASSERT_EQ(held(), 0);
  const auto taken = apply(model::SetVirtioMem{kDevice, 0, 64 * kMebibyte});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_TRUE(wait_for([&] { return held() == 64 * kMebibyte; })) << held();
  EXPECT_TRUE(is_applied(model::SetVirtioMem{kDevice, 0, 64 * kMebibyte}));
  EXPECT_FALSE(is_applied(model::SetVirtioMem{kDevice, 64 * kMebibyte, 0}));
  EXPECT_EQ(look().balloon_bytes, before.balloon_bytes);
  EXPECT_EQ(look().balloon_max_bytes, before.balloon_max_bytes);
  ASSERT_TRUE(apply(model::SetVirtioMem{kDevice, 64 * kMebibyte, 0}));
  EXPECT_TRUE(wait_for([&] { return held() == 0; })) << held();
}

TEST_P(DevicesContract, RefusesMoreThanADeviceHasAndDevicesThatAreNotThere) {
  for (const auto& step :
       {model::SetVirtioMem{kDevice, 0, kGibibyte}, model::SetVirtioMem{"virtiomem7", 0, kMebibyte}}) {
    const auto refused = apply(step);
    ASSERT_FALSE(refused) << step.device;
    EXPECT_EQ(refused.error().fault, CallFault::kRefused) << refused.error().message;
  }
  EXPECT_EQ(held(), 0);
}

TEST_P(DevicesContract, LimitsOneDiskAndAllAndLiftsItAgain) {
  const model::SetDiskLimit one{"vdb", {.read_bytes_per_second = 50 * kMebibyte, .write_ops_per_second = 200}};
  const model::SetDiskLimit all{"", {.total_bytes_per_second = kMebibyte}};
  for (const model::SetDiskLimit& limit : {one, all}) {
    const model::SetDiskLimit none{limit.device, {}};
    const auto done = apply(limit);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(is_applied(limit));
    ASSERT_TRUE(apply(none));
    EXPECT_TRUE(is_applied(none));
    EXPECT_FALSE(is_applied(limit));
  }
}

// Before the DIMM: with it, a domain of the rig has a disk and memory to move as well.
TEST_P(DevicesContract, ACopyThatIsCancelledLeavesTheDomainWhereItWas) {
  const auto cancelled = body_.hypervisor->migrate(
      body_.first, body_.domain_uuid, body_.second,
      {.bandwidth_bytes_per_second = kMebibyte,
       .copied_disks = {"vdb"},
       .on_progress = [](const MigrationProgress& progress) {
         return progress.disk_total_bytes || progress.memory_total_bytes ? Verdict::kCancel : Verdict::kGoOn;
       }});
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, CallFault::kCancelled) << cancelled.error().message;
  EXPECT_EQ(look().state, telemetry::DomainState::kRunning);
}

TEST_P(DevicesContract, ADimmIsPluggedInAndTheGuestUsesIt) {
  const auto before = look();
  const auto plugged = apply(model::PlugDimm{0, 128 * kMebibyte});
  ASSERT_TRUE(plugged) << plugged.error().message;
  EXPECT_EQ(telemetry::dimm_bytes(look().memory_devices), 128 * kMebibyte);
  EXPECT_TRUE(is_applied(model::PlugDimm{0, 128 * kMebibyte}));
  EXPECT_FALSE(is_applied(model::PlugDimm{128 * kMebibyte, 256 * kMebibyte}));
  EXPECT_TRUE(wait_for(
      [&] { return look().guest_memory_bytes.value_or(0) >= before.guest_memory_bytes.value_or(0) + 64 * kMebibyte; }));
}

TEST_P(DevicesContract, ADomainMovesWithTheDiskThatOnlyItsHostHas) {
  std::optional<MigrationProgress> with_disk;
  const auto moved =
      body_.hypervisor->migrate(body_.first, body_.domain_uuid, body_.second,
                                {.copied_disks = {"vdb"}, .on_progress = [&](const MigrationProgress& progress) {
                                   if (progress.disk_total_bytes) with_disk = progress;
                                   return Verdict::kGoOn;
                                 }});
  ASSERT_TRUE(moved) << moved.error().message;
  const auto there = body_.hypervisor->look(body_.second, body_.domain_uuid);
  ASSERT_TRUE(there) << there.error().message;
  EXPECT_EQ(there->state, telemetry::DomainState::kRunning);
}

}  // namespace
}  // namespace hotspot::contract
