// What would be if nodes or machines came, or a node went: figures by hand.
#include "actuator/plan/what_if.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr MachineSize kMachine{.vcpus = 2, .memory_bytes = 2 * kGibibyte};

telemetry::NodeSnapshot host(const std::string& name, double cpu) {
  return node(name).cpus(4).cpu(cpu).memory(16 * kGibibyte, 12 * kGibibyte);
}

// Its two domains use a core each, of 2.4.
telemetry::NodeSnapshot two_domains() {
  return node("h1")
      .cpus(4)
      .cpu(0.6)
      .memory(16 * kGibibyte, 12 * kGibibyte)
      .with(domain("a").vcpus(1, 1).cpu(1))
      .with(domain("b").vcpus(1, 1).cpu(1));
}

WhatIfAnswer without(Round& round, const std::string& name) {
  round.cluster.set_draining({uuid_of(name)});
  return what_if(round.input(), {.less = {uuid_of(name)}, .size = {}, .machines = 0});
}

std::vector<std::string> text_of(const std::vector<WhatIfMove>& moves) {
  std::vector<std::string> found;
  for (const WhatIfMove& one : moves) found.push_back(one.domain + " " + one.from + " " + one.to + " " + one.rule);
  return found;
}

TEST(WhatIf, ANodeLessIsEmptiedOntoTheOthersOneDomainAfterTheOther) {
  Round round({two_domains(), host("h2", 0.1), host("h3", 0.2)});
  const WhatIfAnswer answer = without(round, "h1");
  EXPECT_TRUE(answer.fits());
  EXPECT_THAT(text_of(answer.moves), ElementsAre("a h1 h2 ", "b h1 h3 "));
  EXPECT_GT(answer.moves[0].seconds, 0);
  ASSERT_EQ(answer.nodes.size(), 3u);
  EXPECT_DOUBLE_EQ(answer.nodes[0].after.cpu_ratio.value(), 0.1);
  EXPECT_DOUBLE_EQ(answer.nodes[1].after.cpu_ratio.value(), 0.35);
  EXPECT_DOUBLE_EQ(answer.nodes[2].after.cpu_ratio.value(), 0.45);
}

TEST(WhatIf, ANodeLessDoesNotFitWhereTheOthersHaveNoRoomAndEachReasonIsNamed) {
  Round round({two_domains(), host("h2", 0.5)});
  const WhatIfAnswer answer = without(round, "h1");
  EXPECT_FALSE(answer.fits());
  EXPECT_THAT(text_of(answer.moves), ElementsAre("a h1 h2 ")) << "the second is too much: 100 %";
  ASSERT_EQ(answer.stuck.size(), 1u);
  EXPECT_EQ(answer.stuck[0].domain, "b");
  EXPECT_EQ(answer.stuck[0].reasons.at(0).kind, model::RefusalKind::kNoCpu);
}

TEST(WhatIf, DomainsOfOneNameOnTwoNodesAreTwo) {
  const auto large = [](const std::string& uuid) {
    return domain("db").vcpus(4, 4).cpu(1).set(&telemetry::DomainSample::uuid, uuid);
  };
  Round round({node("h1").with(large("1")), node("h2").with(large("2"))});
  round.cluster.set_draining({uuid_of("h1"), uuid_of("h2")});
  const WhatIfAnswer answer = what_if(round.input(), {.less = {uuid_of("h1"), uuid_of("h2")}, .size = {}});
  ASSERT_EQ(answer.stuck.size(), 2u);
  EXPECT_EQ(answer.stuck[0].node, "h1");
  EXPECT_EQ(answer.stuck[1].node, "h2");
}

TEST(WhatIf, DomainsThatDoNotRunStay) {
  telemetry::NodeSnapshot h1 = two_domains();
  h1.domains[1].state = telemetry::DomainState::kPaused;
  Round round({h1, host("h2", 0.1)});
  EXPECT_THAT(without(round, "h1").staying, ElementsAre("b"));
}

TEST(WhatIf, TheModeOfTheClusterIsNoHindranceAndADomainsOwnPolicyIs) {
  telemetry::NodeSnapshot h1 = two_domains();
  h1.domains[1].policy.mode = "observe";
  Round round({h1, host("h2", 0.1)});
  round.daemon_mode = Mode::kObserve;
  EXPECT_EQ(without(round, "h1").stuck.at(0).reasons.at(0).kind, model::RefusalKind::kMode);
}

TEST(WhatIf, MachinesMoreGoEachOnWhatThoseBeforeItLeft) {
  Round round({host("h1", 0.1), host("h2", 0.2)});
  const WhatIfAnswer two = what_if(round.input(), {.less = {}, .size = kMachine, .machines = 2});
  EXPECT_THAT(two.machines, ElementsAre("h1", "h2"));
  EXPECT_TRUE(two.fits());
  const WhatIfAnswer four = what_if(round.input(), {.less = {}, .size = kMachine, .machines = 4});
  EXPECT_THAT(four.machines, ElementsAre("h1", "h2"));
  EXPECT_EQ(four.machines_without_room, 2);
  EXPECT_FALSE(four.fits());
  ASSERT_EQ(four.stuck.size(), 1u);
  EXPECT_EQ(four.stuck[0].reasons.size(), 2u) << "of each node";
}

TEST(WhatIf, ANodeLikeAnotherHasItsSizeAndWhatItsSystemUses) {
  Round round({two_domains()});
  const telemetry::NodeSnapshot made = node_like(*round.cluster.find_node(uuid_of("h1")), 2);
  EXPECT_EQ(made.node.name, "like h1 (2)");
  EXPECT_THAT(made.domains, IsEmpty());
  EXPECT_EQ(made.node.memory_bytes, 16 * kGibibyte);
  EXPECT_NEAR(made.node.cpu_ratio.value(), 0.1, 1e-9);
  EXPECT_GT(made.node.memory_available_bytes.value(), 12 * kGibibyte);
}

TEST(WhatIf, ANodeMoreGetsWhatARuleCouldNotMove) {
  Round round({two_domains(), host("h2", 0.7)});
  round.node_fires("h1", {rules::Migrate{}});
  EXPECT_THAT(what_if(round.input(), {}).by_rules, IsEmpty());
  round.cluster.apply(node_like(*round.cluster.find_node(uuid_of("h1")), 3), kNow);
  EXPECT_THAT(text_of(what_if(round.input(), {}).by_rules), ElementsAre("a h1 like h1 (3) NodeCpuHot"));
}

TEST(WhatIf, ANodeMoreCanTakeTheDomainsOfANodeLess) {
  Round round({two_domains(), host("h2", 0.75)});
  round.cluster.apply(node_like(*round.cluster.find_node(uuid_of("h1")), 3), kNow);
  EXPECT_THAT(text_of(without(round, "h1").moves), ElementsAre("a h1 like h1 (3) ", "b h1 like h1 (3) "));
}

}  // namespace
}  // namespace hotspot::plan
