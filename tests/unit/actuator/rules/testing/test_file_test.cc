#include "actuator/rules/testing/test_file.h"
#include "actuator/rules/language/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

std::string complaints(const std::string& text) {
  const SourceFile source{"a_test.yml", text};
  return format(read_test_file(source).diagnostics, {source});
}

TEST(TestFile, ReadsWhatPromtoolReads) {
  const CheckedTestFile checked = read_test_file({"a_test.yml", R"(
rule_files:
- a.yml
- more/*.yml
evaluation_interval: 30s
group_eval_order: [second, first]
tests:
- interval: 1m
  name: a hot domain
  input_series:
  - series: 'domain_cpu_ratio{domain="vm1", node="h1"}'
    values: 0.5 0.95x3
  external_labels: {dc: eu}
  external_url: https://example.net
  alert_rule_test:
  - eval_time: 3m
    alertname: Hot
    exp_alerts:
    - exp_labels: {domain: vm1, node: h1}
      exp_annotations:
        summary: vm1 is hot
      exp_remedies:
      - scale_vcpus: {by: 1, max: 4}
      - migrate
  - eval_time: 0m
    alertname: Hot
    exp_alerts:
  promql_expr_test:
  - expr: domain_cpu_ratio > 0.9
    eval_time: 2m
    exp_samples:
    - labels: 'domain_cpu_ratio{domain="vm1", node="h1"}'
      value: 9.5e-1
)"});
  ASSERT_TRUE(checked.file.has_value()) << checked.diagnostics.front().message;
  const TestFile& file = *checked.file;
  ASSERT_EQ(file.rule_files.size(), 2U);
  EXPECT_EQ(file.rule_files[1].pattern, "more/*.yml");
  EXPECT_EQ(file.rule_files[1].position, (Position{4, 3}));
  EXPECT_EQ(file.evaluation_interval, 30s);
  EXPECT_THAT(file.group_eval_order, ElementsAre("second", "first"));
  ASSERT_EQ(file.tests.size(), 1U);
  const TestGroup& group = file.tests[0];
  EXPECT_EQ(group.name, "a hot domain");
  EXPECT_EQ(group.interval, 1min);
  ASSERT_EQ(group.input.size(), 1U);
  EXPECT_THAT(group.input[0].labels,
              ElementsAre(Pair("__name__", "domain_cpu_ratio"), Pair("domain", "vm1"), Pair("node", "h1")));
  EXPECT_THAT(group.input[0].values, ElementsAre(SequenceRun{0.5, {}, 1}, SequenceRun{0.95, {}, 4}));
  EXPECT_EQ(group.external_url, "https://example.net");
  ASSERT_EQ(group.alert_tests.size(), 2U);
  EXPECT_EQ(group.alert_tests[0].eval_time, 3min);
  ASSERT_EQ(group.alert_tests[0].alerts.size(), 1U);
  const ExpectedAlert& alert = group.alert_tests[0].alerts[0];
  EXPECT_THAT(alert.annotations, ElementsAre(Pair("summary", "vm1 is hot")));
  ASSERT_TRUE(alert.remedies.has_value());
  EXPECT_EQ(*alert.remedies, (std::vector<Remedy>{ScaleVcpus{1, std::nullopt, 4}, Migrate{}}));
  EXPECT_TRUE(group.alert_tests[1].alerts.empty());
  ASSERT_EQ(group.expression_tests.size(), 1U);
  EXPECT_EQ(group.expression_tests[0].samples.at(0).value, 0.95);
}

TEST(TestFile, TakesTheEvaluationIntervalWhereATestSaysNone) {
  const CheckedTestFile checked = read_test_file({"a_test.yml", "tests:\n- input_series: []\n"});
  ASSERT_TRUE(checked.file.has_value());
  EXPECT_EQ(checked.file->evaluation_interval, 1min);
  EXPECT_EQ(checked.file->tests.at(0).interval, 1min);
}

TEST(TestFile, SaysAllThatIsWrongAtOnceWithLineColumnAndCaret) {
  EXPECT_EQ(complaints(R"(rule_file: [a.yml]
evaluation_interval: 30
tests:
- input_series:
  - series: up{job=x}
    values: 1 2 tree
  alert_rule_test:
  - eval_time: 5 m
    exp_alert: []
  promql_expr_test:
  - expr: up
    exp_samples:
    - value: many
)"),
            R"(a_test.yml:1:1: error: unknown key 'rule_file' in a file of rule tests, did you mean 'rule_files'?
  rule_file: [a.yml]
  ^
a_test.yml:2:22: error: '30' has no unit, did you mean '30s'?
  evaluation_interval: 30
                       ^
a_test.yml:5:20: error: a text in quotes is missing here
    - series: up{job=x}
                     ^
a_test.yml:6:17: error: 'tree' is not a value; write numbers, 0+10x100, _ for a missing one, or stale
      values: 1 2 tree
                  ^
a_test.yml:8:5: error: the alert test has no 'alertname': which rule is meant?
    - eval_time: 5 m
      ^
a_test.yml:8:17: error: a unit must directly follow its number, did you mean '5m'?
    - eval_time: 5 m
                  ^
a_test.yml:9:5: error: unknown key 'exp_alert' in an alert test, did you mean 'exp_alerts'?
      exp_alert: []
      ^
a_test.yml:13:14: error: 'many' is not a number
      - value: many
               ^
8 errors
)");
}

TEST(TestFile, RefusesWhatCannotBeATestFile) {
  EXPECT_EQ(complaints(""),
            "a_test.yml:1:1: error: a file of rule tests begins with 'rule_files:' and 'tests:'\n1 error\n");
  EXPECT_THAT(complaints("tests: [up]\n"), testing::HasSubstr("a test must be a mapping, this is a single value"));
  EXPECT_THAT(complaints("tests:\n- input_series:\n  - {series: up, values: 1}\n  - {series: 'up{}', values: 2}\n"),
              testing::HasSubstr("series up twice in one test"));
}

}  // namespace
}  // namespace hotspot::rules
