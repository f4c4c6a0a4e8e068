// From the text of a template to its tree: the grammar of Go's text/template.
//
// $labels, $value, $externalLabels and $externalURL are declared from the start, as Prometheus does.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/wording.h"
#include "actuator/rules/template/node.h"
#include "telemetry/result.h"

namespace hotspot::rules::templates {

// The problem's offset is a byte of the text.
Result<Template, TextProblem> parse(std::string_view text);

}  // namespace hotspot::rules::templates
