// What every Hypervisor promises about looking and scaling.
#include <gtest/gtest.h>

#include "tests/contract/ports/hypervisor_body.h"

namespace hotspot::contract {
namespace {

using ports::CallFault;
using Reach = ports::Hypervisor::Reach;

constexpr const char* kNobody = "00000000-0000-0000-0000-000000000001";

class HypervisorContract : public ::testing::TestWithParam<HypervisorMaker> {
 protected:
  void SetUp() override { hypervisor().know_node(node()); }
  ports::Hypervisor& hypervisor() { return body_->hypervisor(); }
  ports::NodeAddress node() { return body_->node(); }
  std::string domain() { return body_->domain_uuid(); }
  Result<void, ports::CallError> apply(const std::string& uuid, const model::Step& step, Reach reach = Reach::kNow) {
    return hypervisor().apply(node(), uuid, step, reach);
  }
  ports::Applied applied(const model::Step& step) {
    const auto asked = hypervisor().is_applied(node(), domain(), step);
    EXPECT_TRUE(asked) << asked.error().message;
    return asked ? *asked : ports::Applied{};
  }
  ports::DomainFacts look() { return *hypervisor().look(node(), domain()); }

  std::unique_ptr<HypervisorBody> body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, HypervisorContract, ::testing::ValuesIn(kHypervisors),
                         [](const auto& body) { return body.param.name; });

TEST_P(HypervisorContract, LooksAtADomain) {
  const auto facts = hypervisor().look(node(), domain());
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->state, telemetry::DomainState::kRunning);
  EXPECT_TRUE(facts->persistent);
  EXPECT_FALSE(facts->job_active);
  EXPECT_EQ(facts->vcpus, 2);
  EXPECT_EQ(facts->vcpus_max, 2);
  EXPECT_EQ(facts->balloon_bytes, 2 * kGibibyte);
  EXPECT_EQ(facts->balloon_max_bytes, 8 * kGibibyte);
}

TEST_P(HypervisorContract, DoesNotFindADomainThatIsNotThere) {
  const auto looked = hypervisor().look(node(), kNobody);
  const auto set = apply(kNobody, model::SetVcpus{2, 1});
  const auto cancelled = hypervisor().cancel_job(node(), kNobody);
  ASSERT_FALSE(looked || set || cancelled);
  EXPECT_EQ(looked.error().fault, CallFault::kNotFound);
  EXPECT_EQ(set.error().fault, CallFault::kNotFound);
  EXPECT_EQ(cancelled.error().fault, CallFault::kNotFound);
  EXPECT_NE(looked.error().message.find(node().name), std::string::npos) << looked.error().message;
}

TEST_P(HypervisorContract, KnowsNothingAgainstADomainWhereItRunsAndDoesNotFindWhatIsNotThere) {
  const auto own = hypervisor().target_obstacle(node(), domain(), node());
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_FALSE(*own) << **own;
  const auto nobody = hypervisor().target_obstacle(node(), kNobody, node());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().fault, CallFault::kNotFound);
  EXPECT_FALSE(hypervisor().target_obstacle(node(), domain(), body_->unreachable_node()));
}

// libvirt's test driver cannot tell; a real node in migration_test.cc can.
TEST_P(HypervisorContract, TellsWhatMemoryTheNodeHasLeftOrThatItCannot) {
  const auto left = hypervisor().available_memory_bytes(node());
  if (left) {
    EXPECT_GT(*left, 0);
  } else {
    EXPECT_EQ(left.error().fault, CallFault::kRefused) << left.error().message;
  }
}

TEST_P(HypervisorContract, SetsVcpusDownAndUp) {
  ASSERT_TRUE(apply(domain(), model::SetVcpus{2, 1}));
  EXPECT_EQ(look().vcpus, 1);
  ASSERT_TRUE(apply(domain(), model::SetVcpus{2, 2}));
  EXPECT_EQ(look().vcpus, 2);
}

TEST_P(HypervisorContract, RefusesVcpusBeyondTheLimitAndBelowOne) {
  for (const int count : {3, 0, -1}) {
    const auto refused = apply(domain(), model::SetVcpus{2, count});
    ASSERT_FALSE(refused) << count;
    EXPECT_EQ(refused.error().fault, CallFault::kRefused);
  }
  EXPECT_EQ(look().vcpus, 2);
}

TEST_P(HypervisorContract, SetsTheBalloonUpAndDown) {
  ASSERT_TRUE(apply(domain(), model::SetBalloon{2 * kGibibyte, 3 * kGibibyte}));
  EXPECT_EQ(look().balloon_bytes, 3 * kGibibyte);
  ASSERT_TRUE(apply(domain(), model::SetBalloon{2 * kGibibyte, 2 * kGibibyte}));
  EXPECT_EQ(look().balloon_bytes, 2 * kGibibyte);
}

TEST_P(HypervisorContract, ChangesTheDefinitionAlone) {
  ASSERT_TRUE(apply(domain(), model::SetVcpus{2, 1, true}, Reach::kNextStart));
  EXPECT_EQ(look().persistent_vcpus, 1);
  EXPECT_EQ(look().vcpus, 2) << "what runs stays as it is";
  ASSERT_TRUE(apply(domain(), model::SetBalloon{2 * kGibibyte, kGibibyte, true}, Reach::kNextStart));
  EXPECT_EQ(look().balloon_bytes, 2 * kGibibyte);
}

TEST_P(HypervisorContract, SetsNoTuningInTheDefinitionAlone) {
  const auto refused = apply(domain(), model::SetCpuShares{512}, Reach::kNextStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, CallFault::kRefused) << refused.error().message;
}

TEST_P(HypervisorContract, ShowsWhetherAStepOfVcpusOrTheBalloonIsApplied) {
  EXPECT_TRUE(applied(model::SetVcpus{1, 2}).shown);
  EXPECT_FALSE(applied(model::SetVcpus{2, 1}).shown);
  ASSERT_TRUE(apply(domain(), model::SetVcpus{2, 1}));
  EXPECT_TRUE(applied(model::SetVcpus{2, 1}).shown);
  const std::int64_t now = 2 * kGibibyte;
  EXPECT_TRUE(applied(model::SetBalloon{kGibibyte, now + ports::kBalloonToleranceBytes}).shown);
  EXPECT_FALSE(applied(model::SetBalloon{kGibibyte, now + ports::kBalloonToleranceBytes + kMebibyte}).shown);
}

TEST_P(HypervisorContract, DoesNotMigrateInPlace) {
  const model::MigrateTo move{node().uuid, node().name, node().uri, {}, false};
  const auto refused = apply(domain(), move);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, CallFault::kRefused) << refused.error().message;
  EXPECT_FALSE(applied(move).shown);
}

TEST_P(HypervisorContract, DoesNotSayWhatAGuestWithoutAnAgentUses) {
  EXPECT_EQ(applied(model::SetVcpus{1, 2}).guest_vcpus, std::nullopt);
}

// libvirt's test driver refuses every limit of a disk; a disk of a rig is limited in devices_test.cc.
TEST_P(HypervisorContract, LiftsTheLimitsOfOneDiskAndOfAll) {
  for (const char* device : {"vda", ""}) {
    const model::SetDiskLimit none{device, {}};
    const auto done = apply(domain(), none);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(applied(none).shown);
  }
}

TEST_P(HypervisorContract, LimitsAnInterfaceAndLiftsItAgain) {
  const model::SetNetworkLimit limit{
      "testnet0", {model::Flow{kMebibyte, 2 * kMebibyte, 64 * kKibibyte}, model::Flow{512 * kKibibyte, {}, {}}}};
  const auto done = apply(domain(), limit);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(applied(limit).shown);
  const model::SetNetworkLimit none{"testnet0", {}};
  EXPECT_FALSE(applied(none).shown);
  ASSERT_TRUE(apply(domain(), none));
  EXPECT_TRUE(applied(none).shown);
}

TEST_P(HypervisorContract, RefusesToChangeMemoryDevicesThatAreNotThere) {
  const auto resized = apply(domain(), model::SetVirtioMem{"virtiomem0", 0, kGibibyte});
  ASSERT_FALSE(resized);
  EXPECT_EQ(resized.error().fault, CallFault::kRefused) << resized.error().message;
  const auto plugged = apply(domain(), model::PlugDimm{0, kGibibyte});
  ASSERT_FALSE(plugged);
  EXPECT_EQ(plugged.error().fault, CallFault::kRefused) << plugged.error().message;
  EXPECT_TRUE(look().memory_devices.empty());
}

TEST_P(HypervisorContract, KnowsNoTuningOfADomainThatIsNotThere) {
  const auto tuned = apply(kNobody, model::SetCpuCap{50});
  const auto asked = hypervisor().is_applied(node(), kNobody, model::SetCpuCap{50});
  ASSERT_FALSE(tuned || asked);
  EXPECT_EQ(tuned.error().fault, CallFault::kNotFound);
  EXPECT_EQ(asked.error().fault, CallFault::kNotFound);
}

TEST_P(HypervisorContract, RefusesABalloonBeyondTheLimitAndNone) {
  for (const std::int64_t bytes : {9 * kGibibyte, std::int64_t{0}, -kGibibyte}) {
    const auto refused = apply(domain(), model::SetBalloon{2 * kGibibyte, bytes});
    ASSERT_FALSE(refused) << bytes;
    EXPECT_EQ(refused.error().fault, CallFault::kRefused);
  }
  EXPECT_EQ(look().balloon_bytes, 2 * kGibibyte);
}

TEST_P(HypervisorContract, RefusesToCancelWhereNoJobRuns) {
  const auto refused = hypervisor().cancel_job(node(), domain());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, CallFault::kRefused) << refused.error().message;
}

}  // namespace
}  // namespace hotspot::contract
