// Reads one rule from YAML and checks it.
#pragma once

#include <optional>

#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/files/yaml_fields.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/expression_check.h"

namespace hotspot::rules {

// Complains about everything that is wrong; the rule may only be used if there was no error.
struct ReadingContext {
  const KnownSeries& known;
  bool any_series = false;
  std::size_t most_operations = kUsualMostOperations;
};
Rule read_rule(const YamlNode& node, const ReadingContext& context, Complaints& complaints);

// Reads one remedy; empty after a complaint. `subject`: of the rule; empty if it is not known.
std::optional<Remedy> read_remedy(const YamlNode& node, std::optional<SubjectKind> subject, Complaints& complaints);

}  // namespace hotspot::rules
