// Joins pictures below each other, without changing them.
#pragma once

#include <string>
#include <vector>

#include "telemetry/result.h"

namespace hotspot::io {

// All PNG; on white, as wide as the widest. Also an error if they are too high together.
Result<std::string> stacked_png(const std::vector<std::string>& pictures);
// All SVG, as written by cairo. The ids of each are kept apart.
Result<std::string> stacked_svg(const std::vector<std::string>& pictures);

}  // namespace hotspot::io
