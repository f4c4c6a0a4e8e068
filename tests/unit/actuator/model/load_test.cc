#include "actuator/model/load.h"

#include <gtest/gtest.h>

#include "actuator/model/action.h"
#include "actuator/model/text.h"
#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::domain;

TEST(Load, OfADomainInCoresIsItsRatioTimesItsVcpus) {
  EXPECT_EQ(domain_cores_used(domain("a").vcpus(4, 8).cpu(0.5)), 2.0);
}

telemetry::NodeSample of_cpu(double ratio) {
  const telemetry::NodeSnapshot snapshot = testing::node("h1").cpu(ratio);
  return snapshot.node;
}

TEST(Load, DemandIsUseAndStealWhereTheNodeIsShortOfCpu) {
  const auto a = domain("a").vcpus(4, 8).cpu(0.5).set(&telemetry::DomainSample::cpu_steal_ratio, 0.25);
  EXPECT_DOUBLE_EQ(*domain_cores_wanted(a, of_cpu(1.0)), 3.0);
  EXPECT_DOUBLE_EQ(*domain_cores_wanted(a, of_cpu(0.8)), 2.0) << "idle CPUs could have served it: a cap holds it";
}

TEST(Load, DemandIsAtMostACoreForEachVcpu) {
  const auto a = domain("a").vcpus(4, 8).cpu(0.9).set(&telemetry::DomainSample::cpu_steal_ratio, 0.9);
  EXPECT_DOUBLE_EQ(*domain_cores_wanted(a, of_cpu(1.0)), 4.0);
  EXPECT_DOUBLE_EQ(*domain_cores_wanted(domain("b").vcpus(2, 2).cpu(0.5), of_cpu(1.0)), 1.0) << "no steal was measured";
}

TEST(Load, ANodeGetsBackTheResidentMemoryAtMostTheFootprint) {
  auto a = domain("a").memory(4 * kGibibyte, 4 * kGibibyte);
  EXPECT_EQ(domain_resident_bytes(a), 4 * kGibibyte + kDomainOverheadBytes) << "not measured";
  EXPECT_EQ(domain_resident_bytes(a.set(&telemetry::DomainSample::memory_rss_bytes, kGibibyte)), kGibibyte);
  EXPECT_EQ(domain_resident_bytes(a.set(&telemetry::DomainSample::memory_rss_bytes, 9 * kGibibyte)),
            4 * kGibibyte + kDomainOverheadBytes);
}

TEST(Load, MemoryUsedIsTheGuestsOwnView) {
  EXPECT_DOUBLE_EQ(*domain_memory_used_ratio(domain("a").used(0.25)), 0.25);
  EXPECT_EQ(domain_memory_used_ratio(domain("a").set(&telemetry::DomainSample::memory_usable_bytes, std::nullopt)),
            std::nullopt);
}

// A node with links of 1 Gbit/s, which receive and send so many bytes a second.
telemetry::NodeSample linked(std::vector<std::pair<double, double>> rates) {
  telemetry::NodeSnapshot snapshot = testing::node("h1").cpu(0.5).memory(8 * kGibibyte, 2 * kGibibyte);
  for (const auto& [receive, transmit] : rates) snapshot.node.links.push_back({"eth0", 1e9, receive, transmit});
  return snapshot.node;
}

telemetry::DomainSample with_interface(telemetry::DomainSample domain, double receive, double transmit) {
  telemetry::InterfaceSample& interface = domain.interfaces.emplace_back();
  interface.receive_bytes_per_second = receive;
  interface.transmit_bytes_per_second = transmit;
  return domain;
}

TEST(Net, OfANodeIsTheBusierDirectionOfItsBusiestLink) {
  EXPECT_DOUBLE_EQ(*node_net_used_ratio(linked({{25e6, 100e6}, {50e6, 1e6}})), 0.8);
}

TEST(Net, IsNotKnownWhereNoSpeedIs) {
  telemetry::NodeSample node = linked({{25e6, 100e6}});
  node.links[0].speed_bits_per_second.reset();
  EXPECT_EQ(node_net_used_ratio(node), std::nullopt);
  EXPECT_EQ(domain_net_used_ratio(with_interface(domain("a"), 1e6, 1e6), node), std::nullopt);
  EXPECT_DOUBLE_EQ(*node_volume(node), 2 * 4) << "as if it had no network";
}

TEST(Net, OfADomainIsAllItsInterfacesOnTheFastestLink) {
  telemetry::NodeSample node = linked({{0, 0}});
  node.links.push_back({"eth1", 10e9, 0.0, 0.0});
  const auto two = with_interface(with_interface(domain("a"), 125e6, 0), 500e6, 1e6);
  EXPECT_DOUBLE_EQ(*domain_net_used_ratio(two, node), 0.5);
  telemetry::DomainSample unmeasured = two;
  unmeasured.interfaces[0].receive_bytes_per_second.reset();
  EXPECT_EQ(domain_net_used_ratio(unmeasured, node), std::nullopt);
}

TEST(Volume, IsTheProductOfOneOverTheIdleShares) {
  EXPECT_DOUBLE_EQ(*domain_volume(domain("a").cpu(0.5).used(0.75), {}), 2 * 4);
  EXPECT_DOUBLE_EQ(*domain_volume(with_interface(domain("a").cpu(0.5).used(0.75), 0, 25e6), linked({{0, 0}})),
                   8 * 1.25);
  EXPECT_DOUBLE_EQ(*node_volume(linked({{25e6, 0}})), 2 * 4 * 1.25);
}

TEST(Volume, StaysFiniteForAFullResource) { EXPECT_NEAR(*domain_volume(domain("a").cpu(1.0).used(0), {}), 100, 1e-9); }

TEST(Vsr, IsVolumePerGibibyte) {
  EXPECT_DOUBLE_EQ(*domain_vsr(domain("a").memory(512 * kMebibyte, kGibibyte).cpu(0.5).used(0), {}), 4);
}

TEST(Text, IsWhatAPersonWouldWrite) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1536 * kMebibyte), "1.5 GiB");
  EXPECT_EQ(bytes_text(-100 * kMebibyte), "-100 MiB");
  EXPECT_EQ(ratio_text(0.916), "92 %");
  EXPECT_EQ(ratio_text(0.004), "0.4 %");
}

TEST(Step, DescribesItselfFromWhatToWhat) {
  EXPECT_EQ(describe(SetVcpus{1, 2}), "vCPUs 1 → 2");
  EXPECT_EQ(describe(SetBalloon{128 * kMebibyte, 228 * kMebibyte}), "balloon 128 MiB → 228 MiB");
  EXPECT_EQ(describe(MigrateTo{"u", "h2", "qemu+tcp://h2/system"}), "migrate to h2");
}

TEST(ActionState, ReadsBackWhatItWrites) {
  for (const ActionState state :
       {ActionState::kIntent, ActionState::kStarted, ActionState::kProgress, ActionState::kVerifying,
        ActionState::kDone, ActionState::kFailed, ActionState::kAborted, ActionState::kSkipped}) {
    EXPECT_EQ(action_state_from_string(to_string(state)), state);
  }
  EXPECT_EQ(action_state_from_string("finished"), std::nullopt);
}

}  // namespace
}  // namespace hotspot::model
