// Warns of rules that are valid but probably wrong: rules that can never fire, rules that undo each other, and names of
// nodes and domains that do not exist.
//
// PURE. These warnings go beyond those of check(), which considers each rule alone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// In order of file and position. Only what is certain is reported; what cannot be judged is skipped.
std::vector<Diagnostic> advise(const RuleSet& rules, const std::vector<SourceFile>& files);

// The present values of labels, by label: {"node": {"h1", "h2"}, "domain": {…}}. A matcher that fits none of them gives
// a warning with the nearest value; labels that are not in the map are skipped.
using LabelValues = std::map<std::string, std::set<std::string>>;
std::vector<Diagnostic> advise_labels(const RuleSet& rules, const std::vector<SourceFile>& files,
                                      const LabelValues& values);

}  // namespace hotspot::rules
