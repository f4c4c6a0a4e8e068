// What rules can do beyond the newest sample: ranges, records, marks for off, history; and rules without a cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

NodeSpec with_cpu(double ratio) { return node("h1").with(domain("a").cpu(ratio)); }

TEST(Ranges, SeeTheSamplesOfBefore) {
  World world("  - {alert: Average, expr: \"avg_over_time(domain_cpu_ratio[3s]) > 50%\"}\n");
  world.second(with_cpu(0.1));
  world.second(with_cpu(0.5));
  EXPECT_THAT(world.second(with_cpu(0.9)).firings, IsEmpty());
  const Evaluation high = world.second(with_cpu(0.9));
  ASSERT_THAT(summary(high.firings), ElementsAre("firing Average domain:uuid-of-a"));
  EXPECT_DOUBLE_EQ(high.firings.front().value, 0.6);  // 0.1, 0.5, 0.9, 0.9: both ends of the range count
}

TEST(Ranges, DoNotFireOnANodeThatIsSilent) {
  World world("  - {alert: Average, expr: \"avg_over_time(domain_cpu_ratio[1m]) > 50%\", for: 10s}\n");
  for (int i = 0; i < 5; ++i) world.second(with_cpu(0.9));
  EXPECT_EQ(world.pass(20s).evaluate().firings.front().phase, Phase::kPending);
}

TEST(Ranges, KeepNoMoreThanTheyLookBack) {
  World world("  - {alert: Average, expr: \"avg_over_time(domain_cpu_ratio[10s]) > 50%\"}\n");
  for (int i = 0; i < 1000; ++i) world.second(with_cpu(0.9));
  EXPECT_LE(world.engine.store().size().samples, 20u);
}

TEST(History, FillsALongWindowAtOnce) {
  World world("  - {alert: Average, expr: \"avg_over_time(domain_cpu_ratio[1h]) > 50%\"}\n");
  std::vector<Sample> history;
  for (int i = 1; i <= 360; ++i) history.push_back({to_unix_ms(world.now) - i * 10'000, 0.8});
  world.engine.store().append_many({{"__name__", "domain_cpu_ratio"}, {"domain", "a"}, {"node", "h1"}}, history);
  const Evaluation first = world.second(with_cpu(0.1));
  ASSERT_EQ(first.firings.size(), 1u);
  EXPECT_NEAR(first.firings.front().value, (0.8 * 359 + 0.1) / 360, 0.01);
}

TEST(Records, CanBeUsedByLaterRulesAtOnceAndOverTime) {
  World world(
      "  - {record: \"node:busy\", expr: sum by (node) (domain_cpu_ratio)}\n"
      "  - {alert: Now, expr: \"node:busy > 1\"}\n"
      "  - {alert: Long, expr: \"min_over_time(node:busy[2s]) > 1\"}\n");
  const auto busy = node("h1").with(domain("a").cpu(0.9)).with(domain("b").cpu(0.9));
  const auto idle = node("h1").with(domain("a").cpu(0.1)).with(domain("b").cpu(0.1));
  world.second(idle);
  EXPECT_THAT(summary(world.second(busy).firings), ElementsAre("firing Now node:uuid-of-h1"));
  world.second(busy);
  EXPECT_THAT(summary(world.second(busy).firings),
              ElementsAre("firing Now node:uuid-of-h1", "firing Long node:uuid-of-h1"));
}

TEST(Records, EndWhenTheirExpressionHasNoValue) {
  World world("  - {record: \"hot:cpu\", expr: domain_cpu_ratio > 50%}\n  - {alert: Hot, expr: \"hot:cpu > 0\"}\n");
  EXPECT_EQ(world.second(with_cpu(0.9)).firings.size(), 1u);
  EXPECT_THAT(world.second(with_cpu(0.1)).firings, IsEmpty());
}

TEST(Until, KeepsARuleFiringBetweenItsTwoMarks) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, until: domain_cpu_ratio < 60%}\n");
  EXPECT_THAT(world.second(with_cpu(0.8)).firings, IsEmpty());
  EXPECT_EQ(world.second(with_cpu(0.95)).firings.size(), 1u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.second(with_cpu(0.7)).firings.size(), 1u);
  EXPECT_THAT(summary(world.second(with_cpu(0.5)).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
  EXPECT_THAT(world.second(with_cpu(0.7)).firings, IsEmpty());
}

TEST(Until, WorksWithSamplesToo) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, until: domain_cpu_ratio < 60%, for: 2 of 3}\n");
  world.second(with_cpu(0.95));
  EXPECT_EQ(world.second(with_cpu(0.95)).firings.front().phase, Phase::kFiring);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(world.second(with_cpu(0.7)).firings.front().phase, Phase::kFiring);
  EXPECT_THAT(world.second(with_cpu(0.5)).firings, IsEmpty());
}

TEST(Twins, OfOneNameNeedTheirNode) {
  World world("  - {hotspot: Hot, expr: max by (domain) (domain_cpu_ratio) > 90%}\n");
  world.send(node("h1").with(domain("web").uuid("u1").cpu(0.95))).send(node("h2").with(domain("web").uuid("u2")));
  const Evaluation result = world.evaluate();
  EXPECT_THAT(result.firings, IsEmpty());
  EXPECT_THAT(result.problems,
              ElementsAre("rule 'Hot': 2 domains have the name 'web'; keep the label node in the expression"));
}

TEST(Twins, AmongNodesAreSaid) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%}\n");
  auto other = node("h1").with(domain("b").cpu(0.99));
  other.snapshot.node.uuid = "uuid-of-another";
  world.send(with_cpu(0.95)).send(other);
  EXPECT_THAT(world.evaluate().problems, ElementsAre("two nodes have the name 'h1'; rules see the first of them only"));
}

TEST(ClockSkew, OfANodeThatIsAheadHidesNothing) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%}\n");
  world.pass(1s).send(with_cpu(0.95), -2s);
  EXPECT_EQ(world.evaluate().firings.size(), 1u);
}

TEST(WithoutACluster, RulesFireAsInPrometheus) {
  const CheckedRules checked = check({{"p.yml", R"(groups:
- name: g
  rules:
  - {record: "job:up:sum", expr: sum by (job) (up)}
  - {alert: Down, expr: up == 0, for: 2m, labels: {severity: page}, annotations: {text: "{{ $labels.instance }} {{ $value }}"}}
  - {alert: FewUp, expr: "job:up:sum < 2"}
)"}},
                                     {.any_series = true});
  ASSERT_TRUE(checked.ok()) << format(checked.diagnostics, {});
  Engine engine({.keep_all_samples = true});
  engine.load(checked.rules);
  const auto minute = [](int minutes) { return kStart + std::chrono::minutes(minutes); };
  for (int m = 0; m <= 4; ++m) {
    engine.store().append({{"__name__", "up"}, {"job", "web"}, {"instance", "a"}}, minute(m), 1);
    engine.store().append({{"__name__", "up"}, {"job", "web"}, {"instance", "b"}}, minute(m), m == 0 ? 1 : 0);
  }
  EXPECT_THAT(engine.evaluate_store(minute(0)).firings, IsEmpty());
  EXPECT_EQ(engine.evaluate_store(minute(1)).firings.size(), 2u);
  EXPECT_EQ(engine.evaluate_store(minute(2)).firings.front().phase, Phase::kPending);
  const Evaluation third = engine.evaluate_store(minute(3));
  ASSERT_EQ(third.firings.size(), 2u);
  EXPECT_EQ(third.firings.front().phase, Phase::kFiring);
  EXPECT_EQ(third.firings.front().annotations.at("text"), "b 0");
  EXPECT_THAT(third.firings.front().labels, ElementsAre(testing::Pair("instance", "b"), testing::Pair("job", "web"),
                                                        testing::Pair("severity", "page")));
}

TEST(WithoutACluster, CountsEachEvaluationAsASample) {
  const CheckedRules checked = check(
      {{"p.yml", "groups:\n- name: g\n  rules:\n  - {hotspot: H, expr: x > 1, for: 2 of 3}\n"}}, {.any_series = true});
  ASSERT_TRUE(checked.ok());
  Engine engine({.keep_all_samples = true});
  engine.load(checked.rules);
  std::vector<std::string> phases;
  for (const double value : {2.0, 0.0, 2.0, 0.0, 0.0}) {
    const WallTime now = kStart + std::chrono::seconds(10 * phases.size());
    engine.store().append({{"__name__", "x"}, {"domain", "a"}}, now, value);
    const Evaluation result = engine.evaluate_store(now);
    phases.push_back(result.firings.empty() ? "-" : to_string(result.firings.front().phase));
  }
  EXPECT_THAT(phases, ElementsAre("pending", "pending", "firing", "-", "-"));
}

}  // namespace
}  // namespace hotspot::rules::test
