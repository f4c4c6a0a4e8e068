// What is allowed in rules and probably not meant: rules that can never fire, rules that undo each other, and names of
// nodes and domains that nobody has.
//
// PURE. Warnings beyond those of check(), which looks at each rule alone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// In order of file and position. Says nothing that is not certain: what cannot be judged is passed over.
std::vector<Diagnostic> advise(const RuleSet& rules, const std::vector<SourceFile>& files);

// The values that labels have now, by label: {"node": {"h1", "h2"}, "domain": {…}}. A matcher that fits none of them is
// warned of, with the nearest; labels that are not in the map are passed over.
using LabelValues = std::map<std::string, std::set<std::string>>;
std::vector<Diagnostic> advise_labels(const RuleSet& rules, const std::vector<SourceFile>& files,
                                      const LabelValues& values);

}  // namespace hotspot::rules
