// The series that the rules of a set record: what is known of each before any rule is read.
#pragma once

#include <vector>

#include "actuator/rules/files/yaml_tree.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/expression_check.h"

namespace hotspot::rules {

// Of all files together: a rule may use what another one records, wherever that stands. What is wrong in a file is left
// to those who read it in full.
KnownSeries find_recorded(const std::vector<YamlNodePtr>& roots, KnownSeries known);

}  // namespace hotspot::rules
