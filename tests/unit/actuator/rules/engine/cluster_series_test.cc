// Rules on the series of the cluster: their subject is the cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/past.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kUneven =
    "  - {hotspot: Uneven, expr: cluster_imbalance_ratio > 10%, for: 2 of 3, remedy: [balance]}\n";

Evaluation both(World& world, double first, double second) {
  world.pass(1s).send(node("h1").cpu(first)).send(node("h2").cpu(second));
  return world.evaluate();
}

TEST(ClusterSeries, ARuleOnThemFiresOnTheClusterOncePerResource) {
  World world(kUneven);
  EXPECT_THAT(summary(both(world, 0.9, 0.1).firings), ElementsAre("pending Uneven cluster:,resource=cpu"));
  const Evaluation fires = both(world, 0.9, 0.1);
  ASSERT_EQ(fires.firings.size(), 1u);
  const Firing& firing = fires.firings.front();
  EXPECT_EQ(firing.phase, Phase::kFiring);
  EXPECT_EQ(firing.subject.kind, SubjectKind::kCluster);
  EXPECT_EQ(firing.subject.node_uuid, "");
  EXPECT_EQ(firing.labels, (std::map<std::string, std::string>{{"resource", "cpu"}}));
  EXPECT_NEAR(firing.value, 0.4, 1e-12);
  EXPECT_TRUE(firing.fresh);
  both(world, 0.5, 0.5);
  EXPECT_THAT(both(world, 0.5, 0.5).firings, IsEmpty());
}

TEST(ClusterSeries, WhatCannotBeMeasuredNeitherHoldsNorFails) {
  World world(kUneven);
  both(world, 0.9, 0.1);
  both(world, 0.9, 0.1);
  world.pass(20s).send(node("h1").cpu(0.9));
  const Evaluation alone = world.evaluate();
  ASSERT_EQ(alone.firings.size(), 1u) << "one node alone is no imbalance";
  EXPECT_EQ(alone.firings.front().phase, Phase::kFiring);
  world.pass(20s);
  EXPECT_FALSE(world.evaluate().firings.front().fresh) << "all are stale";
}

TEST(ClusterSeries, AreKeptOnlyIfARuleReadsThem) {
  World world("  - {alert: Hot, expr: node_cpu_ratio > 90%}\n");
  both(world, 0.9, 0.1);
  EXPECT_FALSE(world.engine.store().has_metric("cluster_imbalance_ratio"));
  World reads("  - {alert: Few, expr: cluster_nodes_needed < 3}\n");
  both(reads, 0.9, 0.1);
  EXPECT_FALSE(reads.engine.store().has_metric("cluster_imbalance_ratio"));
}

TEST(ClusterSeries, TheirPastIsComputedFromTheHistoryOfTheNodes) {
  const auto set =
      rules("  - {alert: Long, expr: 'min_over_time(cluster_imbalance_ratio{resource=\"cpu\"}[5m]) > 0'}\n");
  const auto past = std::make_shared<Past>(set, kStart);
  for (int i = 60; i > 0; --i)
    for (const char* name : {"h1", "h2"}) {
      NodeSpec spec = node(name).cpu(name[1] == '1' ? 0.7 : 0.1).interval(10);
      spec.snapshot.taken_at = kStart - i * 10s;
      past->add(spec.snapshot);
    }
  past->finish();
  World world("");
  world.engine.load(set);
  world.send(node("h1").cpu(0.9).interval(10)).send(node("h2").cpu(0.1).interval(10));
  world.evaluate();
  Backfill backfill(past, [](const std::string&) { return Milliseconds(10'000); });
  while (backfill.step(world.engine)) {
  }
  const Evaluation filled = world.pass(1s).evaluate();
  ASSERT_EQ(filled.firings.size(), 1u);
  EXPECT_NEAR(filled.firings.front().value, 0.3, 1e-9) << "of the past, not of now";
}

TEST(ClusterSeries, AimsAtTheResourceWithItsMarks) {
  const CheckedRules checked = check({{"r.yaml",
                                       "groups:\n- name: g\n  rules:\n  - hotspot: A\n"
                                       "    expr: cluster_imbalance_ratio{resource=~\"cpu|memory\"} > 15%\n"
                                       "    until: cluster_imbalance_ratio < 9%\n"
                                       "    remedy: [balance: {max_moves: 3, least_gain: 5%}]\n"}});
  ASSERT_TRUE(checked.ok());
  const Rule& rule = checked.rules->rules.front();
  ASSERT_EQ(rule.aims.size(), 2u);
  EXPECT_EQ(rule.aims[0].resource, AimedAt::kCpu);
  EXPECT_EQ(rule.aims[1].resource, AimedAt::kMemory);
  for (const Aim& aim : rule.aims) {
    EXPECT_EQ(aim.above, 0.15);
    EXPECT_EQ(aim.until_below, 0.09);
  }
  EXPECT_EQ(std::get<Balance>(rule.remedies.front()), (Balance{3, 0.05}));
}

}  // namespace
}  // namespace hotspot::rules::test
