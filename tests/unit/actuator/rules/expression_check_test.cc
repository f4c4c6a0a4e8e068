#include <gtest/gtest.h>

#include "actuator/rules/expression.h"

namespace hotspot::rules {
namespace {

std::string check(std::string_view text) {
  ParsedExpression parsed = parse_expression(text);
  if (!parsed.expression) return "grammar: " + parsed.problems.front().message;
  check_expression(*parsed.expression, parsed.problems);
  std::string all;
  for (const TextProblem& problem : parsed.problems) {
    if (!all.empty()) all += " | ";
    all += std::to_string(problem.offset) + (problem.severity == Severity::kWarning ? " (warning)" : "") + ": " +
           problem.message + (problem.suggestion.empty() ? "" : " → " + problem.suggestion);
  }
  return all;
}

ExpressionFacts facts(std::string_view text) {
  ParsedExpression parsed = parse_expression(text);
  EXPECT_TRUE(parsed.expression) << text;
  return parsed.expression ? check_expression(*parsed.expression, parsed.problems) : ExpressionFacts{};
}

TEST(ExpressionCheck, FindsEveryUnknownNameAtOnce) {
  EXPECT_EQ(check("domain_cpu_ratoi{domian=\"a\"} > 1 and temperature > 3"),
            "0: unknown series 'domain_cpu_ratoi' → domain_cpu_ratio | "
            "17: 'domain_cpu_ratoi' has no label 'domian' → domain | "
            "37: unknown series 'temperature'; docs/metrics.md lists all there are");
  EXPECT_EQ(check("node_cpu_ratio{domain=\"a\"} > 0.5"), "15: 'node_cpu_ratio' has no label 'domain'; it has node");
  EXPECT_EQ(check("sum by (nod) (node_cpus) > 4"), "8: unknown label 'nod' → node");
  EXPECT_EQ(check("domain_vcpus and on(host) node_cpus"),
            "20: unknown label 'host'; there are node, domain, vcpu and device");
}

TEST(ExpressionCheck, FindsTypesThatDoNotFit) {
  EXPECT_EQ(check("1 > 2"), "2: two numbers are compared; only '> bool' can do that");
  EXPECT_EQ(check("node_cpus and 1"), "10: 'and' needs series on both sides; one side here is a number");
  EXPECT_EQ(check("node_cpus > on(node) 1"),
            "10: 'on' and 'ignoring' match two sets of series; one side here is a number");
  EXPECT_EQ(check("sum(1) > 2"), "0: there is only one value to aggregate, a number; a series is needed");
  EXPECT_EQ(check("domain_vcpus * on(node) group_left(node) node_cpus"),
            "35: a label cannot be both in on(…) and in group_left(…)");
  EXPECT_EQ(check("node_cpus{node=~\"h[\"} > 1"), "18: bad regular expression: a '[' without its ']'");
}

TEST(ExpressionCheck, WarnsOfUnitsThatDoNotFit) {
  EXPECT_EQ(check("domain_cpu_ratio > 90"), "19 (warning): 'domain_cpu_ratio' is a ratio, from 0 to 1 → 90%");
  EXPECT_EQ(check("92.5 < domain_cpu_ratio"), "0 (warning): 'domain_cpu_ratio' is a ratio, from 0 to 1 → 92.5%");
  EXPECT_EQ(check("domain_cpu_ratio > 5000"), "19 (warning): 'domain_cpu_ratio' is a ratio, from 0 to 1");
  EXPECT_EQ(check("domain_memory_usable_bytes < 10%"),
            "29 (warning): 'domain_memory_usable_bytes' is measured in another unit: bytes");
  EXPECT_EQ(check("domain_cpu_ratio > 30s"),
            "19 (warning): 'domain_cpu_ratio' is measured in another unit: it is a ratio, from 0 to 1");
  EXPECT_EQ(check("node_cpus > 4MiB"), "12 (warning): 'node_cpus' is measured in another unit: it is a plain number");
  EXPECT_EQ(check("domain_swap_in_bytes_per_second > 1MiB"), "");
  EXPECT_EQ(check("snapshot_age_seconds > 5s"), "");
  EXPECT_EQ(check("domain_cpu_ratio >= 1"), "");
}

TEST(ExpressionCheck, WarnsWhenNothingCanMatch) {
  EXPECT_EQ(
      check("domain_cpu_ratio * node_cpus > 2"),
      "17 (warning): nothing can match: the left side has the label domain and the other side has not; match them "
      "with on(node) group_left()");
  EXPECT_EQ(
      check("node_cpus - domain_vcpus > 2"),
      "10 (warning): nothing can match: the right side has the label domain and the other side has not; match them "
      "with on(node) group_right()");
}

TEST(ExpressionCheck, KnowsWhichLabelsRemain) {
  EXPECT_EQ(facts("domain_cpu_ratio > 1").labels, (LabelNames{{"node", "domain"}, false}));
  EXPECT_EQ(facts("sum by (node) (domain_cpu_ratio)").labels, (LabelNames{{"node"}, false}));
  EXPECT_EQ(facts("sum(domain_cpu_ratio)").labels, LabelNames());
  EXPECT_EQ(facts("domain_cpu_ratio * on(node) group_left() node_cpus").labels,
            (LabelNames{{"node", "domain"}, false}));
  EXPECT_EQ(facts("domain_cpu_ratio * on(node) node_cpus").labels, (LabelNames{{"node"}, false}));
  EXPECT_EQ(facts("domain_cpu_ratio or node_cpus").labels, (LabelNames{{"node"}, false}));
  EXPECT_EQ(facts("domain_cpu_ratio or node_cpus").possible_labels, (LabelNames{{"node", "domain"}, false}));
  EXPECT_EQ(facts("node_cpus and on(node) domain_vcpus").labels, (LabelNames{{"node"}, false}));
}

TEST(ExpressionCheck, KnowsWhetherAnExpressionCanFail) {
  EXPECT_FALSE(facts("domain_cpu_ratio").filters);
  EXPECT_FALSE(facts("domain_cpu_ratio > bool 1").filters);
  EXPECT_FALSE(facts("domain_cpu_ratio and domain_vcpus").filters);
  EXPECT_FALSE(facts("domain_cpu_ratio > 1 or domain_cpu_ratio").filters);
  EXPECT_TRUE(facts("domain_cpu_ratio > 1").filters);
  EXPECT_TRUE(facts("(domain_cpu_ratio > 1) * 100").filters);
  EXPECT_TRUE(facts("domain_cpu_ratio unless domain_vcpus").filters);
}

}  // namespace
}  // namespace hotspot::rules
