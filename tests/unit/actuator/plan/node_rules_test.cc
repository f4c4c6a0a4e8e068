// Rules that fight over a node: what one relieves, no other fills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::NodeMark;
using rules::ScaleMemory;
using rules::ScaleVcpus;
using ::testing::Contains;
using ::testing::HasSubstr;

NodeMark relieves(bool memory, std::optional<double> above) {
  return {"Hot", memory, above, [](const std::string& node) { return node != "elsewhere"; }};
}

// Sixteen CPUs; two domains of two busy vCPUs each, and others.
Round busy_node(double cpu) {
  Round round(
      {node("n01").cpus(16).cpu(cpu).with(domain("a").vcpus(2, 8).cpu(0.95)).with(domain("b").vcpus(2, 4).cpu(0.9)),
       node("n02").cpus(16).cpu(0.1)});
  return round;
}

TEST(NodeRules, AVcpuIsNotAddedWhileTheNodesOwnRuleFires) {
  const std::vector<NodeMark> marks{relieves(false, 0.45)};
  Round round = busy_node(0.48);
  round.node_marks = &marks;
  round.domain_fires("a", {ScaleVcpus{.by = 1}});
  rules::Rule hot = rule_of("Hot", {rules::Migrate{}});
  round.node_fires("n01", hot);
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(step_of(decisions[0]), "nothing");
  EXPECT_THAT(refusals_of(decisions[0]),
              Contains("no_cpu, Hot fires on n01, which is short of CPU: no more of it is given to a domain there"));
  EXPECT_EQ(step_of(decisions[1]), "migrate to n02") << shown(decisions);
}

TEST(NodeRules, AVcpuIsNotAddedThatWouldMakeTheNodesRuleFire) {
  const std::vector<NodeMark> marks{relieves(false, 0.65)};
  for (const auto& [cpu, expected] : {std::pair{0.62, "nothing"}, {0.55, "vCPUs 2 → 3"}}) {
    Round round = busy_node(cpu);
    round.node_marks = &marks;
    round.domain_fires("a", {ScaleVcpus{.by = 1}});
    EXPECT_EQ(step_of(round.only()), expected) << explain(round.only());
  }
}

TEST(NodeRules, OfTwoVcpusInOneRoundTheSecondIsComparedWithWhatTheFirstWillUse) {
  const std::vector<NodeMark> marks{relieves(false, 0.65)};
  Round round = busy_node(0.58);
  round.node_marks = &marks;
  round.domain_fires("a", {ScaleVcpus{.by = 1}});
  round.domain_fires("b", {ScaleVcpus{.by = 1}});
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(step_of(decisions[0]), "vCPUs 2 → 3");
  EXPECT_THAT(refusals_of(decisions[1]), Contains(HasSubstr("and Hot relieves it above 65 %")));
}

TEST(NodeRules, ADomainOfAHotNodeGetsMoreElsewhereIfItsRuleAlsoMigrates) {
  const std::vector<NodeMark> marks{relieves(false, 0.65)};
  Round round = busy_node(0.72);
  round.node_marks = &marks;
  round.domain_fires("a", {ScaleVcpus{.by = 1}, rules::Migrate{}});
  EXPECT_EQ(step_of(round.only()), "migrate to n02") << explain(round.only());
}

TEST(NodeRules, MemoryIsNotAddedWhereARuleRelievesTheNodeOfMemory) {
  Round round({node("n01")
                   .memory(64 * kGibibyte, 16 * kGibibyte)
                   .with(domain("a").memory(8 * kGibibyte, 32 * kGibibyte).used(0.95))});
  round.domain_fires("a", {ScaleMemory{.by_bytes = 4 * kGibibyte}});
  EXPECT_EQ(step_of(round.only()), "balloon 8 GiB → 12 GiB");
  const std::vector<NodeMark> above{relieves(true, 0.80)}, cpu{relieves(false, 0.01)};
  round.node_marks = &above;
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("no_memory, n01 would be at 81 % of its memory")));
  round.node_marks = &cpu;
  EXPECT_EQ(step_of(round.only()), "balloon 8 GiB → 12 GiB") << "a rule about CPU says nothing of memory";
}

TEST(NodeRules, WhatIsTakenAwayIsNeverInTheWayOfANodesRule) {
  const std::vector<NodeMark> marks{relieves(false, 0.10), relieves(true, 0.10)};
  Round round = busy_node(0.72);
  round.node_marks = &marks;
  round.domain_fires("a", {ScaleVcpus{.by = -1}});
  EXPECT_EQ(step_of(round.only()), "vCPUs 2 → 1");
}

TEST(NodeRules, ConsolidationDoesNotFillANodeToWhereARuleEmptiesIt) {
  Round round({node("n01").cpus(16).cpu(0.1).with(domain("a").vcpus(4, 4).cpu(0.4)),
               node("n02").cpus(16).cpu(0.5).with(domain("b")), node("n03").cpus(16).cpu(0.3).with(domain("c"))});
  round.node_fires("n01", {rules::Consolidate{}});
  EXPECT_EQ(step_of(round.only()), "migrate to n02") << "the fullest that takes it";
  const std::vector<NodeMark> marks{relieves(false, 0.55)};
  round.node_marks = &marks;
  EXPECT_EQ(step_of(round.only()), "migrate to n03");
}

}  // namespace
}  // namespace hotspot::plan
