// What rules cost: estimated when they are checked, bounded while they run.
#include "actuator/rules/evaluate/cost.h"

#include <gtest/gtest.h>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/expression.h"
#include "tests/support/build_cluster.h"

namespace hotspot::rules {
namespace {

using testing::domain;
using testing::kNow;
using testing::node;

std::string rule_of(const std::string& expr, const std::string& more = "") {
  return "groups:\n- name: g\n  rules:\n  - hotspot: Dear\n    expr: " + expr + "\n" + more;
}

CheckedRules checked(const std::string& text) { return check({{"r.yaml", text}}); }

std::string complaint_about(const std::string& expr) {
  const auto result = checked(rule_of(expr));
  return result.ok() ? "" : format(result.diagnostics, {{"r.yaml", rule_of(expr)}});
}

TEST(RuleCost, OfASubqueryWithTinyStepsIsRefusedAtCheckWithItsPlace) {
  const std::string said = complaint_about("max_over_time(domain_cpu_ratio[7d:1ms]) > 2");
  EXPECT_NE(said.find("r.yaml:5:25: error: this is too dear"), std::string::npos) << said;
  EXPECT_NE(said.find("operations for each domain"), std::string::npos) << said;
  EXPECT_NE(said.find("limits.rule_operations"), std::string::npos) << said;
}

class TooDear : public ::testing::TestWithParam<const char*> {};
TEST_P(TooDear, IsRefusedAtCheck) {
  EXPECT_NE(complaint_about(GetParam()).find("too dear"), std::string::npos) << complaint_about(GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    RuleCost, TooDear,
    ::testing::Values("max_over_time(domain_cpu_ratio[1h:1ms]) > 2",
                      "max_over_time(max_over_time(domain_cpu_ratio[1d:1s])[1d:1m]) > 2",
                      "max_over_time(avg_over_time(avg_over_time(domain_cpu_ratio[1h:1m])[1h:1m])[1h:10s]) > 0.5",
                      "quantile_over_time(0.9, (domain_cpu_ratio + on (node) group_left () node_cpu_ratio)[7d:1s]) > 2",
                      "sum by (node) (max_over_time(label_replace(domain_cpu_ratio, \"a\", \"$1\", \"node\", "
                      "\"(.*)\")[7d:1s])) > 1",
                      "max_over_time(vector(1)[30d:1ms]) > 0 and on () node_cpu_ratio > 2"));

class CheapEnough : public ::testing::TestWithParam<const char*> {};
TEST_P(CheapEnough, PassesTheCheck) { EXPECT_EQ(complaint_about(GetParam()), ""); }
INSTANTIATE_TEST_SUITE_P(RuleCost, CheapEnough,
                         ::testing::Values("domain_cpu_ratio > 0.9", "avg_over_time(domain_cpu_ratio[1h]) > 0.9",
                                           "quantile_over_time(0.95, domain_cpu_ratio[7d]) > 0.5",
                                           "max_over_time(domain_cpu_ratio[1h:10s]) > 0.9",
                                           "avg_over_time((sum by (node) (domain_cpu_ratio))[7d:5m]) > 2"));

TEST(RuleCost, OfUntilIsEstimatedToo) {
  const auto result =
      checked(rule_of("domain_cpu_ratio > 0.9", "    until: max_over_time(domain_cpu_ratio[7d:1ms]) < 0.1\n"));
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.diagnostics[0].message.find("too dear"), std::string::npos);
}

// Rules over a cluster of so many domains, an engine that may do so much for one.
struct Running {
  explicit Running(const std::string& text, std::size_t most, int count = 200)
      : engine({.most_operations = most}), domains(count) {
    const auto rules = check({{"r.yaml", text}}, {.most_operations = 1'000'000'000});
    EXPECT_TRUE(rules.ok()) << format(rules.diagnostics, {{"r.yaml", text}});
    engine.load(rules.rules);
  }
  Step second() {
    now += Milliseconds(1000);
    auto h1 = node("h1").cpus(512).at(now, ++sequence);
    for (int i = 0; i < domains; ++i) h1.with(domain("d" + std::to_string(i)).cpu(0.95));
    cluster.apply(h1, now);
    engine.observe(cluster, now);
    return engine.step(cluster, now, {});
  }
  Engine engine;
  model::Cluster cluster;
  WallTime now = kNow;
  std::uint64_t sequence = 0;
  int domains;
};

constexpr const char* kDearAndCheap = R"(groups:
- name: g
  rules:
  - hotspot: Dear
    expr: max_over_time(domain_cpu_ratio[10m:1s]) > 0.5
  - hotspot: Cheap
    expr: domain_cpu_ratio > 0.9
)";

TEST(RuleCost, OfARuleThatNeedsMoreThanItMayIsSetAsideAndNamedWhileOthersGoOn) {
  Running run(kDearAndCheap, 50'000);
  run.second();
  const Step step = run.second();
  ASSERT_EQ(step.aside.size(), 1u);
  EXPECT_EQ(step.aside[0].rule, "Dear");
  EXPECT_GT(step.aside[0].operations, 50'000u);
  EXPECT_LT(step.aside[0].operations, 60'000u) << "it was stopped when it was spent";
  EXPECT_EQ(step.firing, 200u) << "of the cheap one";
  ASSERT_EQ(step.problems.size(), 1u);
  EXPECT_EQ(step.problems[0],
            "rule 'Dear': is set aside: an evaluation needs more than 50 thousand operations (limits.rule_operations); "
            "it is tried again from time to time, and at a reload");
  EXPECT_EQ(run.second().problems, step.problems) << "the same sentence, so that it is logged once";
}

TEST(RuleCost, OfARuleThatIsCheapEnoughAgainBringsItBack) {
  Running run(kDearAndCheap, 50'000);
  run.second();
  EXPECT_EQ(run.second().aside.size(), 1u);
  run.domains = 3;
  // The others leave its window after ten minutes; it is tried again after a quarter of an hour at most by then.
  for (int i = 0; i < 1600; ++i) run.second();
  EXPECT_TRUE(run.second().aside.empty());
}

TEST(RuleCost, OfARuleThatStaysTooDearIsTriedLessAndLessOften) {
  Running run(kDearAndCheap, 50'000);
  int tries = 0;
  WallTime until{};
  for (int i = 0; i < 1800; ++i) {
    const Step step = run.second();
    if (!step.aside.empty() && step.aside[0].until != until) ++tries, until = step.aside[0].until;
  }
  EXPECT_GE(tries, 3);
  EXPECT_LE(tries, 6) << "after 1, 2, 4, 8 and 16 minutes";
}

TEST(RuleCost, IsFoundOutAnewAfterAReload) {
  Running run(kDearAndCheap, 50'000);
  run.second();
  const WallTime first = run.second().aside.at(0).since;
  EXPECT_EQ(run.second().aside.at(0).since, first);
  run.engine.load(run.engine.rules());
  EXPECT_EQ(run.second().aside.at(0).since, run.now) << "it was tried again at once";
}

TEST(RuleCost, OfRecordingRulesIsBoundedToo) {
  Running run("groups:\n- name: g\n  rules:\n  - record: r\n    expr: max_over_time(domain_cpu_ratio[10m:1s])\n",
              50'000);
  run.second();
  ASSERT_EQ(run.second().aside.size(), 1u);
}

// Twice the domains, twice the work: no rule goes through all domains for each domain.
TEST(RuleCost, GrowsWithTheDomainsAndNotWithTheirSquare) {
  const auto operations_for = [](int domains) {
    Running run(kDearAndCheap, 1, domains);
    std::size_t most = 0;
    for (int i = 0; i < 3; ++i) run.second();
    for (std::size_t budget = 1024; most == 0; budget *= 2) {
      Running again(kDearAndCheap, budget, domains);
      again.second();
      if (again.second().aside.empty()) most = budget;
    }
    return most;
  };
  EXPECT_LE(operations_for(800), 4 * operations_for(400));
}

TEST(RuleCost, OfManyRecordingRulesMadeOfEachOtherIsNotExponential) {
  std::string text = "groups:\n- name: g\n  rules:\n  - record: r0\n    expr: domain_cpu_ratio\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "r" + std::to_string(i - 1);
    text += "  - record: r" + std::to_string(i) + "\n    expr: " + before + " + " + before + "\n";
  }
  text += "  - hotspot: H\n    expr: r59 > 0\n";
  Running run(text, 1'000'000, 2);
  EXPECT_EQ(run.second().firing, 2u);
}

TEST(RuleFiles, ThatAliasesMakeHugeAreRefused) {
  std::string text = "groups:\n- &g\n  name: g\n  rules: &r\n  - &one {hotspot: A, expr: domain_cpu_ratio > 1}\n";
  for (int i = 0; i < 2000; ++i) text += "  - *one\n";
  for (int i = 0; i < 2000; ++i) text += "- {name: g" + std::to_string(i) + ", rules: *r}\n";
  const auto result = checked(text);
  EXPECT_FALSE(result.ok());
  EXPECT_LT(result.diagnostics.size(), 3000u);
}

TEST(RuleFiles, ThatCountMoreSamplesThanCanBeRememberedAreRefused) {
  std::string text = "groups:\n- name: g\n  rules:\n";
  for (int i = 0; i < 4000; ++i)
    text += "  - {hotspot: H" + std::to_string(i) + ", expr: domain_cpu_ratio > 0.9, for: 1000 of 1000}\n";
  const auto result = checked(text);
  ASSERT_FALSE(result.ok());
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_NE(result.diagnostics[0].message.find("more than 256 MiB"), std::string::npos);
}

}  // namespace
}  // namespace hotspot::rules
