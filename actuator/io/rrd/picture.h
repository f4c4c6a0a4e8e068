// Pictures below each other in one, as they are.
#pragma once

#include <string>
#include <vector>

#include "telemetry/result.h"

namespace hotspot::io {

// All PNG; on white, as wide as the widest. An error also where they are too high together.
Result<std::string> stacked_png(const std::vector<std::string>& pictures);
// All SVG, as cairo writes it. Each keeps its names to itself.
Result<std::string> stacked_svg(const std::vector<std::string>& pictures);

}  // namespace hotspot::io
