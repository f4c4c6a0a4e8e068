// Finds the series that the rules of a set record: what is known about each before any rule is read.
#pragma once

#include <vector>

#include "actuator/rules/files/yaml_tree.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/expression_check.h"

namespace hotspot::rules {

// Over all files together: a rule may use what any other rule records. Errors in a file are left to those who read it
// in full.
KnownSeries find_recorded(const std::vector<YamlNodePtr>& roots, KnownSeries known);

}  // namespace hotspot::rules
