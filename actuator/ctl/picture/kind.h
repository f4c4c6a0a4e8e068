// PNG or SVG, as the name of a picture's file has it. PURE.
#pragma once

#include <string>

#include "actuator/io/rrd/chart.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

using io::PictureKind;

// By the end of the name, in capitals too. An error: it ends in neither.
Result<PictureKind> picture_kind(const std::string& path);

}  // namespace hotspot::ctl
