#include "actuator/rules/testing/test_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/testing/junit.h"

namespace hotspot::rules {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kRules = R"(groups:
- name: g
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    until: domain_cpu_ratio < 50%
    for: 2 of 3
    annotations: {summary: "{{ $labels.domain }} <is> hot"}
    remedy: [{scale_vcpus: {by: 1}}, migrate]
    limit: 2
  - record: hot:count
    expr: count(domain_cpu_ratio > 90%)
)";

TestFileResult run(const std::string& tests, const std::string& rules = kRules) {
  const CheckedRules checked = check({{"a.yml", rules}});
  EXPECT_TRUE(checked.ok());
  const SourceFile source{"a_test.yml", tests};
  const CheckedTestFile file = read_test_file(source);
  if (!file.file) {
    ADD_FAILURE() << format(file.diagnostics, {source});
    return {};
  }
  return run_tests(*file.file, checked.rules);
}

std::string failures(const TestFileResult& result) {
  std::string text;
  for (const auto& group : result.groups) {
    for (const auto& one : group.failures) text += std::to_string(one.position.line) + ":\n" + one.text + "\n";
  }
  return text;
}

std::string series(const std::string& values, const std::string& domain = "a") {
  return "  - {series: 'domain_cpu_ratio{domain=\"" + domain + "\", node=\"h1\"}', values: " + values + "}\n";
}

std::string at(const std::string& time, const std::string& alerts) {
  return "  - {eval_time: " + time + ", alertname: Hot, exp_alerts: " + alerts + "}\n";
}

const std::string kBegin = "evaluation_interval: 10s\ntests:\n- interval: 10s\n  input_series:\n";
const std::string kHot = "[{exp_labels: {domain: a, node: h1}, exp_annotations: {summary: 'a <is> hot'}}]";

TEST(TestRun, CountsSamplesAndHoldsTheMarkForOff) {
  const auto result = run(kBegin + series("0.2 0.95 0.2 0.95 0.7 0.7 0.7 0.4 0.4 0.4") + "  alert_rule_test:\n" +
                          at("20s", "[]") + at("30s", kHot) + at("60s", kHot) + at("90s", "[]"));
  EXPECT_TRUE(result.ok()) << failures(result);
  EXPECT_EQ(result.checks(), 4U);
}

TEST(TestRun, ShowsWhatWasExpectedAndWhatThereWasWithTheLineOfTheTest) {
  const auto result = run(kBegin + series("0.95x5") + "  alert_rule_test:\n" + at("30s", "[]"));
  EXPECT_EQ(failures(result), R"(7:
    alertname: Hot, time: 30s,
        exp:[],
        got:[
            0:
              Labels:{alertname="Hot", domain="a", node="h1"}
              Annotations:{summary="a <is> hot"}
            ]
)");
}

TEST(TestRun, ComparesRemediesWhereTheTestNamesSome) {
  const std::string begin =
      "[{exp_labels: {domain: a, node: h1}, exp_annotations: {summary: 'a <is> hot'}, exp_remedies: ";
  const auto right = run(kBegin + series("0.95x5") + "  alert_rule_test:\n" +
                         at("30s", begin + "[{scale_vcpus: {by: 1}}, migrate]}]"));
  EXPECT_TRUE(right.ok()) << failures(right);
  for (const char* wrong :
       {"[migrate]}]", "[migrate, {scale_vcpus: {by: 1}}]}]", "[{scale_vcpus: {by: 2}}, migrate]}]", "[]}]"}) {
    const auto result = run(kBegin + series("0.95x5") + "  alert_rule_test:\n" + at("30s", begin + wrong));
    EXPECT_THAT(failures(result), HasSubstr("Remedies:[scale_vcpus: {by: 1}, migrate]")) << wrong;
  }
}

TEST(TestRun, LetsALimitBeTested) {
  const auto result = run(kBegin + series("0.95x5", "a") + series("0.95x5", "b") + series("0.95x5", "c") +
                          "  alert_rule_test:\n" + at("30s", "[]") +
                          "  promql_expr_test:\n  - {expr: 'hot:count', eval_time: 30s, exp_samples: [{labels: "
                          "'hot:count', value: 3}]}\n");
  EXPECT_TRUE(result.ok()) << failures(result);
}

TEST(TestRun, ExpandsOnlyTheValuesThatTheTestLooksAt) {
  const auto result =
      run("tests:\n- interval: 1m\n  input_series: [{series: a, values: 0+1x1000000000000}]\n"
          "  promql_expr_test: [{expr: a, eval_time: 3h, exp_samples: [{labels: a, value: 180}]}]\n",
          "groups: []");
  EXPECT_TRUE(result.ok()) << failures(result);
}

TEST(TestRun, LooksAtTwoHundredYearsAtOnceWhereThereAreNoRules) {
  const auto result =
      run("tests:\n- interval: 1d\n  input_series: [{series: a, values: 0+1x100000}]\n"
          "  promql_expr_test: [{expr: a, eval_time: 200y, exp_samples: [{labels: a, value: 73000}]}]\n",
          "groups: []");
  EXPECT_TRUE(result.ok()) << failures(result);
}

TEST(TestRun, SaysWhatIsMoreThanItHoldsOrEvaluates) {
  EXPECT_EQ(failures(run("tests:\n- interval: 1ms\n  input_series: [{series: a, values: 1x1000000000}]\n"
                         "  promql_expr_test: [{expr: a, eval_time: 100y}]\n",
                         "groups: []")),
            "2:\n    err: the input series have more than 20000000 values until the last eval_time, 100y; no more are "
            "held for "
            "one test\n");
  EXPECT_EQ(failures(run("evaluation_interval: 1s\ntests:\n- promql_expr_test: [{expr: a, eval_time: 100y}]\n")),
            "3:\n    time: 100y, err: 3153600001 evaluations of 2 rules, one each 1s, are more than a test may take "
            "(100000000 of one rule); a longer evaluation_interval or an earlier eval_time is needed\n");
}

TEST(TestRun, GivesNoResultOfNativeHistogramsWhereSamplesAreNumbers) {
  std::string tests;
  for (const char* call : {"histogram_avg(a)", "histogram_count(a)", "histogram_fraction(0, 1, a)",
                           "histogram_stddev(a)", "histogram_stdvar(a)", "histogram_sum(a)"})
    tests += std::string("  - {expr: '") + call + "', eval_time: 1m}\n";
  const auto result =
      run("tests:\n- interval: 1m\n  input_series: [{series: a, values: 1 2 3}]\n  promql_expr_test:\n" + tests,
          "groups: []");
  EXPECT_TRUE(result.ok()) << failures(result);
  EXPECT_EQ(result.checks(), 6U);
}

TEST(TestRun, TakesNotANumberForItself) {
  const auto result =
      run(kBegin + series("NaN") +
          "  promql_expr_test:\n  - {expr: 'sum(domain_cpu_ratio)', eval_time: 0, exp_samples: [{value: .nan}]}\n"
          "  - {expr: 'sum(domain_cpu_ratio)', eval_time: 0, exp_samples: [{value: 1}]}\n");
  EXPECT_EQ(result.failures(), 1U);
}

TEST(TestRun, SaysWhatIsWrongInAnExpression) {
  const auto result = run(kBegin + series("1") + "  promql_expr_test:\n  - {expr: 'sum(', eval_time: 0}\n");
  EXPECT_THAT(failures(result), HasSubstr("expr: \"sum(\", time: 0s, err: "));
}

TEST(Junit, HasACaseForEachTestAndItsFailures) {
  const auto result = run(kBegin + series("0.95x5") + "  name: 'a <test>'\n  alert_rule_test:\n" + at("30s", "[]"));
  const std::string xml = junit_xml({result});
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"a_test.yml\" tests=\"1\" failures=\"1\" errors=\"0\">"));
  EXPECT_THAT(xml,
              HasSubstr("<testcase name=\"a &lt;test&gt;\" classname=\"a_test.yml\" file=\"a_test.yml\" line=\"3\">"));
  EXPECT_THAT(xml, HasSubstr("a &lt;is&gt; hot"));
  EXPECT_THAT(xml, Not(HasSubstr("<is>")));
}

}  // namespace
}  // namespace hotspot::rules
