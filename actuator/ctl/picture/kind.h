// PNG or SVG, by the name of the picture's file. PURE.
#pragma once

#include <string>

#include "actuator/io/rrd/chart.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

using io::PictureKind;

// By the extension, in any case. An error: it is neither.
Result<PictureKind> picture_kind(const std::string& path);
// The same, and PNG if the name has no extension.
Result<PictureKind> picture_kind_or_png(const std::string& path);

}  // namespace hotspot::ctl
