// Runs the tests of one file against a set of rules, as `promtool test rules` does.
//
// PURE: an hour of rules takes microseconds. Time starts at 0 (1970). At every evaluation_interval all groups are
// evaluated, in order, on the samples so far; an alert test uses the latest evaluation at its time; expressions are
// evaluated at the end, over everything. Values must be equal to the last bit, as in promtool; NaN equals NaN here (in
// promtool, a test that expects NaN cannot pass). Source: Prometheus 2.42, cmd/promtool/unittest.go.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actuator/rules/rule_set.h"
#include "actuator/rules/testing/test_file.h"

namespace hotspot::rules {

struct TestFailure {
  Position position;  // of the test in its file
  std::string text;   // expected and actual results, in lines as promtool prints them
};

struct TestGroupResult {
  std::string name;  // of the test; "test 2" if the second has none
  Position position;
  std::size_t checks = 0;  // alert tests and expression tests
  std::vector<TestFailure> failures;
};

struct TestFileResult {
  std::string path;
  std::vector<TestGroupResult> groups;
  std::vector<std::string> problems;  // the file could not be run at all
  std::size_t checks() const;
  std::size_t failures() const;
  bool ok() const { return problems.empty() && failures() == 0; }
};

// `rules`: the set of the file's rule_files, checked with any_series; null if it names none.
TestFileResult run_tests(const TestFile& file, const std::shared_ptr<const RuleSet>& rules);

}  // namespace hotspot::rules
