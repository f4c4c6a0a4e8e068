// Values worked out by hand from Prometheus's documentation of operators and its engine.
#include "actuator/rules/evaluate/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/humanize.h"
#include "actuator/rules/language/parser.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::Cluster two_nodes() {
  return cluster(
      {node("h1")
           .cpu(0.8)
           .cpus(4)
           .with(domain("a").cpu(0.95).vcpus(2).vcpu(0, 1.0).vcpu(1, 0.9))
           .with(domain("b").cpu(0.5).vcpus(1)),
       node("h2").cpu(0.2).cpus(8).with(domain("c").cpu(0.1).vcpus(4).steal(0.3).disk("vda", 100).disk("vdb", 50))});
}

Store store_of(const model::Cluster& cluster) {
  Store store;
  for (const model::SeriesInfo& series : model::series_catalog()) {
    std::vector<model::SeriesValue> values;
    read_series({cluster, kStart}, series, {}, values);
    for (const model::SeriesValue& value : values) {
      std::map<std::string, std::string> labels{{"__name__", std::string(series.name)}, {"node", value.node->name()}};
      if (value.domain != nullptr) labels["domain"] = value.domain->name;
      if (value.vcpu >= 0) labels["vcpu"] = std::to_string(value.vcpu);
      if (!value.device.empty()) labels["device"] = std::string(value.device);
      store.append(LabelSet(labels), kStart, value.value);
    }
  }
  return store;
}

// Each value as "name{labels} value", sorted; an error as its sentence.
std::vector<std::string> run(const std::string& text, const model::Cluster& in = two_nodes()) {
  ParsedExpression parsed = parse_expression(text);
  if (!parsed.expression) return {"grammar: " + parsed.problems.front().message};
  check_expression(*parsed.expression, parsed.problems);
  for (const TextProblem& problem : parsed.problems) {
    if (problem.severity == Severity::kError) return {"check: " + problem.message};
  }
  const Store store = store_of(in);
  const Result<Value> value = evaluate(*parsed.expression, store, kStart);
  if (!value) return {"error: " + value.error().message};
  if (value->type == ValueType::kScalar) return {number_text(value->scalar)};
  std::vector<std::string> lines;
  for (const Element& element : value->vector) {
    lines.push_back(element.labels.describe() + " " + humanize(element.value));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Selector, GivesWhatWasMeasuredAndMatches) {
  EXPECT_THAT(run("domain_cpu_ratio"), ElementsAre(R"(domain_cpu_ratio{domain="a", node="h1"} 950m)",
                                                   R"(domain_cpu_ratio{domain="b", node="h1"} 500m)",
                                                   R"(domain_cpu_ratio{domain="c", node="h2"} 100m)"));
  EXPECT_THAT(run("domain_cpu_steal_ratio"), ElementsAre(R"(domain_cpu_steal_ratio{domain="c", node="h2"} 300m)"));
  EXPECT_THAT(run(R"(domain_cpu_ratio{domain="a"})"), ElementsAre(R"(domain_cpu_ratio{domain="a", node="h1"} 950m)"));
  EXPECT_THAT(run(R"(domain_cpu_ratio{domain!="a",node="h1"})"),
              ElementsAre(R"(domain_cpu_ratio{domain="b", node="h1"} 500m)"));
  EXPECT_THAT(run(R"(domain_cpu_ratio{domain=~"b|c.*"})"),
              ElementsAre(R"(domain_cpu_ratio{domain="b", node="h1"} 500m)",
                          R"(domain_cpu_ratio{domain="c", node="h2"} 100m)"));
  EXPECT_THAT(run(R"(domain_cpu_ratio{domain!~"[ab]"})"),
              ElementsAre(R"(domain_cpu_ratio{domain="c", node="h2"} 100m)"));
  EXPECT_THAT(run(R"(domain_vcpu_ratio{vcpu="1"})"),
              ElementsAre(R"(domain_vcpu_ratio{domain="a", node="h1", vcpu="1"} 900m)"));
  EXPECT_THAT(run(R"(domain_block_read_bytes_per_second{device="vdb"})"),
              ElementsAre(R"(domain_block_read_bytes_per_second{device="vdb", domain="c", node="h2"} 50)"));
}

TEST(Scalars, AreCalculated) {
  EXPECT_THAT(run("1 + 2 * 3"), ElementsAre("7"));
  EXPECT_THAT(run("-2 ^ 2"), ElementsAre("-4"));
  EXPECT_THAT(run("2 ^ 3 ^ 2"), ElementsAre("512"));
  EXPECT_THAT(run("-7 % 3"), ElementsAre("-1"));
  EXPECT_THAT(run("1 / 0"), ElementsAre("+Inf"));
  EXPECT_THAT(run("0 / 0"), ElementsAre("NaN"));
  EXPECT_THAT(run("1 > bool 2"), ElementsAre("0"));
  EXPECT_THAT(run("NaN == bool NaN"), ElementsAre("0"));
  EXPECT_THAT(run("NaN != bool NaN"), ElementsAre("1"));
}

TEST(Comparison, FiltersAndKeepsNameAndValue) {
  EXPECT_THAT(run("domain_cpu_ratio > 0.5"), ElementsAre(R"(domain_cpu_ratio{domain="a", node="h1"} 950m)"));
  EXPECT_THAT(run("domain_cpu_ratio >= 50%"), testing::SizeIs(2));
  EXPECT_THAT(run("0.5 < domain_cpu_ratio"), ElementsAre(R"(domain_cpu_ratio{domain="a", node="h1"} 950m)"));
  EXPECT_THAT(run("domain_cpu_ratio == 0.5"), ElementsAre(R"(domain_cpu_ratio{domain="b", node="h1"} 500m)"));
  EXPECT_THAT(run("node_cpu_ratio > NaN"), IsEmpty());
  EXPECT_THAT(run("node_cpu_ratio != NaN"), testing::SizeIs(2));
}

TEST(Comparison, WithBoolGivesZeroOrOneWithoutName) {
  EXPECT_THAT(run("node_cpu_ratio > bool 0.5"), ElementsAre(R"({node="h1"} 1)", R"({node="h2"} 0)"));
  EXPECT_THAT(run("0.5 > bool node_cpu_ratio"), ElementsAre(R"({node="h1"} 0)", R"({node="h2"} 1)"));
}

TEST(Arithmetic, DropsTheName) {
  EXPECT_THAT(run("node_cpu_ratio * 100"), ElementsAre(R"({node="h1"} 80)", R"({node="h2"} 20)"));
  EXPECT_THAT(run("1 - node_cpu_ratio"), ElementsAre(R"({node="h1"} 200m)", R"({node="h2"} 800m)"));
  EXPECT_THAT(run("-node_cpus"), ElementsAre(R"({node="h1"} -4)", R"({node="h2"} -8)"));
  EXPECT_THAT(run("+node_cpus"), ElementsAre(R"(node_cpus{node="h1"} 4)", R"(node_cpus{node="h2"} 8)"));
}

TEST(Matching, IsOneToOneByAllLabels) {
  EXPECT_THAT(run("domain_cpu_ratio * domain_vcpus"),
              ElementsAre(R"({domain="a", node="h1"} 1.9)", R"({domain="b", node="h1"} 500m)",
                          R"({domain="c", node="h2"} 400m)"));
  EXPECT_THAT(run("domain_cpu_ratio + domain_cpu_steal_ratio"), ElementsAre(R"({domain="c", node="h2"} 400m)"));
  EXPECT_THAT(run("domain_vcpus > domain_cpu_ratio * 5"), ElementsAre(R"(domain_vcpus{domain="c", node="h2"} 4)"));
  EXPECT_THAT(run("domain_cpu_ratio * node_cpus"), IsEmpty());
}

TEST(Matching, OnKeepsItsLabelsAlone) {
  EXPECT_THAT(run("domain_cpu_ratio{domain=~\"a|c\"} / on(node) node_cpus"),
              ElementsAre(R"({node="h1"} 237.5m)", R"({node="h2"} 12.5m)"));
  EXPECT_THAT(run("domain_cpu_ratio > on(domain) domain_cpu_steal_ratio"), IsEmpty());
  EXPECT_THAT(run("domain_vcpus > on(domain) domain_cpu_ratio{domain=\"a\"}"), ElementsAre(R"({domain="a"} 2)"));
  EXPECT_THAT(run("domain_cpu_ratio{domain=\"a\"} * ignoring(domain) node_cpus"), ElementsAre(R"({node="h1"} 3.8)"));
}

TEST(Matching, GroupsManyWithOne) {
  EXPECT_THAT(
      run("domain_cpu_ratio * on(node) group_left() node_cpus"),
      ElementsAre(R"({domain="a", node="h1"} 3.8)", R"({domain="b", node="h1"} 2)", R"({domain="c", node="h2"} 800m)"));
  EXPECT_THAT(
      run("node_cpus - on(node) group_right() domain_vcpus"),
      ElementsAre(R"({domain="a", node="h1"} 2)", R"({domain="b", node="h1"} 3)", R"({domain="c", node="h2"} 4)"));
  EXPECT_THAT(run("node_cpu_ratio > on(node) group_right() domain_cpu_ratio"),
              ElementsAre(R"(domain_cpu_ratio{domain="b", node="h1"} 800m)",
                          R"(domain_cpu_ratio{domain="c", node="h2"} 200m)"));
  EXPECT_THAT(run("node_cpus * on(node) group_left(domain) domain_vcpus{domain!=\"b\"}"),
              ElementsAre(R"({domain="a", node="h1"} 8)", R"({domain="c", node="h2"} 32)"));
}

TEST(Matching, RefusesToChooseBetweenTwo) {
  EXPECT_THAT(
      run("node_cpus * on(node) domain_vcpus"),
      ElementsAre(
          R"(error: on the right side two values have the matching labels {node="h1"}: {domain="a", node="h1"} and {domain="b", node="h1"})"));
  EXPECT_THAT(
      run("domain_vcpus * on(node) node_cpus"),
      ElementsAre(
          R"(error: on the left side several values match one on the right, {node="h1"}; say so with group_left())"));
  EXPECT_THAT(
      run("domain_vcpus * on(node) group_right() node_cpus"),
      ElementsAre(
          R"(error: on the left side two values have the matching labels {node="h1"}: {domain="a", node="h1"} and {domain="b", node="h1"})"));
  // Of two on the left, only one holds: no choice is left, as in Prometheus.
  EXPECT_THAT(run("domain_cpu_ratio > on(node) node_cpu_ratio{node=\"h1\"}"), ElementsAre(R"({node="h1"} 950m)"));
}

TEST(SetOperations, MatchManyWithMany) {
  EXPECT_THAT(run("domain_cpu_ratio and on(node) (node_cpu_ratio > 0.5)"), testing::SizeIs(2));
  EXPECT_THAT(run("domain_cpu_ratio unless on(node) (node_cpu_ratio > 0.5)"),
              ElementsAre(R"(domain_cpu_ratio{domain="c", node="h2"} 100m)"));
  EXPECT_THAT(run("domain_cpu_ratio and domain_cpu_steal_ratio"),
              ElementsAre(R"(domain_cpu_ratio{domain="c", node="h2"} 100m)"));
  EXPECT_THAT(run("domain_cpu_steal_ratio or domain_cpu_ratio"), testing::SizeIs(3));
  EXPECT_THAT(run("node_cpu_ratio > 2 or node_cpus"),
              ElementsAre(R"(node_cpus{node="h1"} 4)", R"(node_cpus{node="h2"} 8)"));
  EXPECT_THAT(run("node_cpu_ratio or on() node_cpus"), testing::SizeIs(2));
  EXPECT_THAT(run("node_cpu_ratio and on() (node_cpus > 100)"), IsEmpty());
}

TEST(SetOperations, CanMakeTwoValuesOneAndThatIsRefused) {
  EXPECT_THAT(run("-(node_cpu_ratio or on(domain, device) node_cpus{node=\"h2\"} > 1)"), testing::SizeIs(2));
  EXPECT_THAT(run("-(node_cpu_ratio{node=\"h1\"} or on(domain) domain_vcpus or on(vcpu) node_cpus)"),
              testing::SizeIs(4));
}

TEST(Aggregation, GroupsByLabels) {
  EXPECT_THAT(run("sum by (node) (domain_vcpus)"), ElementsAre(R"({node="h1"} 3)", R"({node="h2"} 4)"));
  EXPECT_THAT(run("sum(domain_vcpus)"), ElementsAre("{} 7"));
  EXPECT_THAT(run("count without (domain) (domain_vcpus)"), ElementsAre(R"({node="h1"} 2)", R"({node="h2"} 1)"));
  EXPECT_THAT(run("avg(domain_vcpus)"), ElementsAre("{} 2.333"));
  EXPECT_THAT(run("min(domain_vcpus) + max(domain_vcpus)"), ElementsAre("{} 5"));
  EXPECT_THAT(run("group by (node) (domain_vcpus)"), ElementsAre(R"({node="h1"} 1)", R"({node="h2"} 1)"));
  EXPECT_THAT(run("max by (node) (domain_cpu_ratio) > 0.9"), ElementsAre(R"({node="h1"} 950m)"));
  EXPECT_THAT(run("sum(domain_cpu_ratio > 5)"), IsEmpty());
  EXPECT_THAT(run("max(0 / (node_cpus - 4))"), ElementsAre("{} 0"));  // NaN gives way to a number
  EXPECT_THAT(run("sum by (domain) (domain_vcpu_ratio)"), ElementsAre(R"({domain="a"} 1.9)"));
}

TEST(Identity, IsInTheLabels) {
  const auto twins = cluster({node("h1").with(domain("web").uuid("u1").cpu(0.9).vcpus(1)),
                              node("h2").with(domain("web").uuid("u2").cpu(0.2).vcpus(2))});
  EXPECT_THAT(run("domain_cpu_ratio * domain_vcpus", twins),
              ElementsAre(R"({domain="web", node="h1"} 900m)", R"({domain="web", node="h2"} 400m)"));
  EXPECT_THAT(run("sum by (domain) (domain_vcpus)", twins), ElementsAre(R"({domain="web"} 3)"));
}

}  // namespace
}  // namespace hotspot::rules::test
