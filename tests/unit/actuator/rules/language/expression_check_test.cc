#include <gtest/gtest.h>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"

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
  EXPECT_EQ(check("domain_vcpus and on(host) node_cpus"), "20: unknown label 'host' → node");
  EXPECT_EQ(check("domain_vcpus and on(colour) node_cpus"),
            "20: unknown label 'colour'; there are node, domain, vcpu, device and resource");
  EXPECT_EQ(check("domain_vcpus{vm=\"a\"} > 1"), "13: 'domain_vcpus' has no label 'vm' → domain");
  EXPECT_EQ(check("vm_cpu_ratio > 90%"), "0: unknown series 'vm_cpu_ratio' → domain_cpu_ratio");
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

TEST(ExpressionCheck, TakesAListOfNoLabelsBesideANumberAsPrometheusDoes) {
  EXPECT_EQ(check("node_cpus == ignoring() 0"), "");
  EXPECT_EQ(check("node_cpus > on() 1"), "");
}

TEST(ExpressionCheck, WarnsOfPercentThatIsWrittenTwice) {
  EXPECT_EQ(check("domain_cpu_ratio * 100 > 90%"),
            "25 (warning): '90%' is 0.9, and the other side is multiplied by 100 → 90");
  EXPECT_EQ(check("80% < 100 * max by (node) (domain_cpu_ratio)"),
            "0 (warning): '80%' is 0.8, and the other side is multiplied by 100 → 80");
  EXPECT_EQ(check("(1 - node_memory_used_ratio) * 100 < 10%"),
            "37 (warning): '10%' is 0.1, and the other side is multiplied by 100 → 10");
  EXPECT_EQ(check("domain_cpu_ratio * 100 > 0.9"), "25 (warning): 'domain_cpu_ratio' times 100 is from 0 to 100 → 90");
  EXPECT_EQ(check("node_cpu_ratio > 0.9%"), "17 (warning): '0.9%' is 0.009 → 90%");
  EXPECT_EQ(check("avg_over_time(node_cpu_ratio[5m]) > 90"),
            "36 (warning): 'node_cpu_ratio' is a ratio, from 0 to 1 → 90%");
  for (const char* right : {"domain_cpu_ratio * 100 > 90", "domain_cpu_steal_ratio > 0.5%", "node_cpu_ratio > 1%",
                            "sum by (node) (domain_cpu_ratio) > 2", "domain_memory_rss_bytes / 1024 > 100"})
    EXPECT_EQ(check(right), "") << right;
}

TEST(ExpressionCheck, WarnsOfRatesOfWhatIsNoCounter) {
  EXPECT_EQ(check("rate(domain_memory_rss_bytes[5m]) > 1"),
            "0 (warning): 'rate' is for counters, which only rise, and 'domain_memory_rss_bytes' is a gauge; take "
            "avg_over_time for its mean, or delta or deriv for how it changes");
  EXPECT_EQ(
      check("increase(domain_net_receive_bytes_per_second[5m:30s]) > 1"),
      "0 (warning): 'increase' is for counters, and 'domain_net_receive_bytes_per_second' is a rate already; take "
      "avg_over_time for its mean, or deriv for its slope");
  EXPECT_EQ(check("delta(domain_memory_rss_bytes[5m]) > 1"), "");
}

TEST(ExpressionCheck, WarnsOfWindowsWithoutSamples) {
  EXPECT_EQ(check("avg_over_time(domain_cpu_ratio[5s]) > 0.9"),
            "14 (warning): in 5 s there is often no sample: snapshots come every 10 s, unless collectd's Interval says "
            "otherwise; 'avg_over_time' needs one");
  EXPECT_EQ(check("deriv(domain_memory_rss_bytes[15s]) > 1"),
            "6 (warning): in 15 s there is one sample at most: snapshots come every 10 s, unless collectd's Interval "
            "says otherwise; 'deriv' needs two");
  EXPECT_EQ(check("max_over_time(domain_cpu_ratio[1m:5m]) > 0.9"),
            "14 (warning): the step of this subquery is longer than its range: most of the time it has no value");
  EXPECT_EQ(check("domain_cpu_ratio offset -5m > 0.9"),
            "0 (warning): a negative offset looks into the future, where no samples are: it never has a value");
  EXPECT_EQ(check("avg_over_time(domain_cpu_ratio[10s]) > 0.9"), "");
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
