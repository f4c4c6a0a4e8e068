// Results of rule tests in JUnit's XML, which CI systems show.
//
// PURE. One <testsuite> a file, one <testcase> a test, with one <failure> for each check that failed.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/testing/test_run.h"

namespace hotspot::rules {

std::string junit_xml(const std::vector<TestFileResult>& results);

}  // namespace hotspot::rules
