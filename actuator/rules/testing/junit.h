// Writes results of rule tests in JUnit's XML, which CI systems can display.
//
// PURE. One <testsuite> per file, one <testcase> per test, one <failure> per failed check.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/testing/test_run.h"

namespace hotspot::rules {

std::string junit_xml(const std::vector<TestFileResult>& results);

}  // namespace hotspot::rules
