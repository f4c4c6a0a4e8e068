// Where a machine would go: figures by hand, and on random clusters where the planner sends a domain of that size.
#include "actuator/plan/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/actuator/plan/random_round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr MachineSize kSmall{.vcpus = 2, .memory_bytes = 4 * kGibibyte};

telemetry::NodeSnapshot host(const std::string& name, double cpu, std::int64_t available) {
  return node(name).cpus(8).cpu(cpu).memory(16 * kGibibyte, available);
}

std::vector<std::string> places_of(const FitAnswer& answer) {
  std::vector<std::string> names;
  for (const FitPlace& one : answer.places) names.push_back(one.node);
  return names;
}

// "h1: no_memory"
std::vector<std::string> reasons_of(const FitAnswer& answer) {
  std::vector<std::string> found;
  for (const FitRefusals& one : answer.elsewhere)
    for (const model::Refusal& refusal : one.refusals)
      found.push_back(one.node + ": " + model::to_string(refusal.kind));
  return found;
}

FitAnswer fit_in(const std::vector<telemetry::NodeSnapshot>& nodes, const MachineSize& size) {
  const Round round(nodes);
  return find_fit(round.input(), size);
}

TEST(Fit, RanksByTheLoadAfterwardsAndSaysTheRoomBeforeAndAfter) {
  const FitAnswer answer = fit_in({host("h1", 0.5, 8 * kGibibyte), host("h2", 0.25, 10 * kGibibyte)}, kSmall);
  ASSERT_THAT(places_of(answer), ElementsAre("h2", "h1"));
  const FitPlace& best = answer.places.front();
  EXPECT_DOUBLE_EQ(best.before.cpu_ratio.value(), 0.25);
  EXPECT_DOUBLE_EQ(best.after.cpu_ratio.value(), 0.5);  // both vCPUs busy, of 8 CPUs
  EXPECT_EQ(best.before.memory_available_bytes, 10 * kGibibyte);
  EXPECT_EQ(best.after.memory_available_bytes, 6 * kGibibyte - 64 * kMebibyte);  // QEMU's own
  EXPECT_DOUBLE_EQ(best.before.promised_ratio, 0);
  EXPECT_DOUBLE_EQ(best.after.promised_ratio, 0.25);
  EXPECT_THAT(answer.elsewhere, IsEmpty());
}

TEST(Fit, NamesEveryReasonOfANodeAndNotOnlyTheFirst) {
  const FitAnswer answer = fit_in({host("h1", 0.7, 5 * kGibibyte), host("h2", 0.25, 10 * kGibibyte)}, kSmall);
  EXPECT_THAT(places_of(answer), ElementsAre("h2"));
  EXPECT_THAT(reasons_of(answer), ElementsAre("h1: no_memory", "h1: no_cpu"));
  EXPECT_EQ(answer.elsewhere.front().refusals.front().message,
            "h1 would have 960 MiB of 16 GiB memory available, the margin is 1.6 GiB");
  EXPECT_EQ(answer.elsewhere.front().refusals.back().message, "h1 would be at 95 % of its 8 CPUs, the ceiling is 80 %");
}

TEST(Fit, AMachineThatIsHardlyBusyFitsWhereABusyOneDoesNot) {
  MachineSize idle = kSmall;
  idle.busy_ratio = 0.2;
  const std::vector<telemetry::NodeSnapshot> nodes{host("h1", 0.7, 10 * kGibibyte)};
  EXPECT_THAT(places_of(fit_in(nodes, kSmall)), IsEmpty());
  EXPECT_THAT(places_of(fit_in(nodes, idle)), ElementsAre("h1"));
}

TEST(Fit, DiskSpaceThatIsNotMeasuredIsUnknownAndComesLast) {
  MachineSize size = kSmall;
  size.disk_bytes = 20 * kGibibyte;
  telemetry::NodeSnapshot full = host("h1", 0.1, 10 * kGibibyte), shared = host("h2", 0.2, 10 * kGibibyte),
                          roomy = host("h3", 0.4, 10 * kGibibyte), silent = host("h4", 0.3, 10 * kGibibyte);
  full.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", 5 * kGibibyte}};
  shared.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", 5 * kGibibyte}, {"/srv", "nfs4", "nas:/", "/", {}}};
  roomy.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", 5 * kGibibyte},
                            {"/vms", "xfs", "/dev/vdb", "/", 90 * kGibibyte}};
  const FitAnswer answer = fit_in({full, shared, roomy, silent}, size);
  ASSERT_THAT(places_of(answer), ElementsAre("h3", "h2", "h4"));
  EXPECT_THAT(answer.places[0].unknown, IsEmpty());
  EXPECT_EQ(answer.places[0].disk_path, "/vms");
  EXPECT_THAT(answer.places[1].unknown, ElementsAre("disk"));
  EXPECT_THAT(answer.places[2].unknown, ElementsAre("disk"));
  EXPECT_FALSE(answer.places[2].disk_room_bytes.has_value());
  EXPECT_THAT(reasons_of(answer), ElementsAre("h1: target_cannot"));
}

TEST(Fit, WhatDisksCanDoIsNotKnownOfAnyNode) {
  MachineSize size = kSmall;
  size.iops = 500;
  const FitAnswer answer = fit_in({host("h1", 0.1, 10 * kGibibyte)}, size);
  EXPECT_THAT(answer.places.at(0).unknown, ElementsAre("iops"));
  EXPECT_FALSE(answer.places.at(0).iops.has_value());
}

TEST(Fit, WhatIsOnItsWayToANodeTakesItsRoom) {
  Round round(
      {host("h1", 0.1, 10 * kGibibyte), node("h2").with(domain("big").cpu(0.1).memory(8 * kGibibyte, 8 * kGibibyte))});
  EXPECT_THAT(reasons_of(find_fit(round.input(), kSmall)), Not(Contains("h1: no_memory")));
  round.under_way("big", "h2", migrate_to("h1"));
  EXPECT_THAT(reasons_of(find_fit(round.input(), kSmall)), Contains("h1: no_memory"));
}

// A domain of that size on a node of its own, which a rule moves or which is drained: it goes where fit says, and is
// refused where fit says no.
void agrees_with_planner(unsigned seed, const rules::Remedy& remedy) {
  RandomCluster random(seed);
  const std::vector<telemetry::NodeSnapshot> nodes = random.nodes();
  Round asked(nodes);
  random.steer(asked);
  asked.node_action_ended.clear();  // it delays a move, and not the choice of its target
  asked.in_flight.clear();
  const MachineSize size{.vcpus = random.between(1, 4),
                         .memory_bytes = random.between(1, 24) * 256 * kMebibyte,
                         .busy_ratio = random.ratio()};
  const FitAnswer answer = find_fit(asked.input(), size);

  Round planned = asked;
  std::vector<telemetry::NodeSnapshot> more = nodes;
  more.push_back(node("outside").cpus(4).cpu(0.99).with(
      domain("new").vcpus(size.vcpus, size.vcpus).cpu(size.busy_ratio).memory(size.memory_bytes, size.memory_bytes)));
  planned.cluster = cluster_of(more);
  std::set<std::string> draining;
  for (const auto& [uuid, one] : asked.cluster.nodes())
    if (one.drain_requested) draining.insert(uuid);
  planned.cluster.set_draining(draining);
  planned.cooldowns = {};
  std::holds_alternative<rules::Drain>(remedy) ? planned.node_fires("outside", {remedy})
                                               : planned.domain_fires("new", {remedy});
  const Decision decision = planned.only();
  SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + explain(decision));
  EXPECT_EQ(step_of(decision), answer.places.empty() ? "nothing" : "migrate to " + answer.places.front().node);
}

TEST(Fit, IsWhereThePlannerMovesADomainOfThatSizeOnRandomClusters) {
  for (unsigned seed = 0; seed < 400; ++seed) agrees_with_planner(seed, rules::Migrate{});
}

TEST(Fit, IsWhereADrainSendsADomainOfThatSizeOnRandomClusters) {
  for (unsigned seed = 0; seed < 400; ++seed) agrees_with_planner(seed, rules::Drain{});
}

// The same reasons: each that the planner's decision has is among those of fit, with the same kind.
TEST(Fit, RefusesTheNodesThatThePlannerRefusesOnRandomClusters) {
  int refused = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    RandomCluster random(seed);
    std::vector<telemetry::NodeSnapshot> nodes = random.nodes();
    const FitAnswer answer = fit_in(nodes, kSmall);
    nodes.push_back(node("outside").cpus(4).cpu(0.99).with(
        domain("the machine").vcpus(2, 2).cpu(1).memory(4 * kGibibyte, 4 * kGibibyte)));
    Round planned(nodes);
    planned.domain_fires("the machine", {rules::Migrate{}});
    const Decision decision = planned.only();
    for (const Considered& one : decision.considered) {
      if (one.target.empty()) continue;
      const auto node = std::find_if(answer.elsewhere.begin(), answer.elsewhere.end(),
                                     [&](const FitRefusals& other) { return other.node == one.target; });
      ASSERT_NE(node, answer.elsewhere.end()) << one.target << "\n" << explain(decision);
      EXPECT_THAT(node->refusals, Contains(one.refusal)) << explain(decision);
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace hotspot::plan
