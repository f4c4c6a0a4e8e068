// Parses numbers in templates. Private to the parser.
#pragma once

#include <string_view>

#include "actuator/rules/template/node.h"
#include "telemetry/result.h"

namespace hotspot::rules::templates {

// 1, -0x1f, 1_000, 1e3, 2i, 1+2i. Otherwise a message.
Result<Number> read_number(std::string_view text);

}  // namespace hotspot::rules::templates
