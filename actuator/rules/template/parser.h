// Parses the text of a template: the grammar of Go's text/template.
//
// $labels, $value, $externalLabels and $externalURL are predeclared, as in Prometheus.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/wording.h"
#include "actuator/rules/template/node.h"
#include "telemetry/result.h"

namespace hotspot::rules::templates {

// The problem's offset is a byte in the text.
Result<Template, TextProblem> parse(std::string_view text);

}  // namespace hotspot::rules::templates
