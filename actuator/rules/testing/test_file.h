// Parses a file of unit tests for rules, in the format of `promtool test rules` with additions.
//
// PURE. All errors are reported at once, with file, line, column and caret. Keys and their meaning are those of
// Prometheus (docs/configuration/unit_testing_rules.md). One addition, which promtool does not know: `exp_remedies` of
// an expected alert, written as in a rule, lists the remedies that the firing rule must have.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/testing/expanding_notation.h"
#include "actuator/rules/testing/sequence_values.h"

namespace hotspot::rules {

struct InputSeries {
  SeriesLabels labels;
  SequenceValues values;  // one per interval, the first at time 0
};

struct ExpectedAlert {
  std::map<std::string, std::string> labels;  // without alertname
  std::map<std::string, std::string> annotations;
  std::optional<std::vector<Remedy>> remedies;  // in order; empty optional: any
};

struct AlertTest {
  Milliseconds eval_time{0};
  std::string rule;  // name of the alert or hotspot
  std::vector<ExpectedAlert> alerts;
  Position position;
};

struct ExpectedSample {
  SeriesLabels labels;
  double value = 0;
};

struct ExpressionTest {
  Milliseconds eval_time{0};
  std::string expression;
  std::vector<ExpectedSample> samples;
  Position position;             // of the test
  Position expression_position;  // of the expression itself
};

struct TestGroup {
  std::string name;  // may be empty, as in promtool
  Milliseconds interval{0};
  std::vector<InputSeries> input;
  std::vector<AlertTest> alert_tests;
  std::vector<ExpressionTest> expression_tests;
  std::map<std::string, std::string> external_labels;
  std::string external_url;
  Position position;
};

struct RuleFilePattern {
  std::string pattern;  // a path or a glob, relative to the test file
  Position position;
};

struct TestFile {
  std::string path;
  std::vector<RuleFilePattern> rule_files;
  Milliseconds evaluation_interval{60'000};
  std::vector<std::string> group_eval_order;
  std::vector<TestGroup> tests;
};

struct CheckedTestFile {
  std::optional<TestFile> file;  // empty if there are errors
  std::vector<Diagnostic> diagnostics;
};

CheckedTestFile read_test_file(const SourceFile& source);

}  // namespace hotspot::rules
