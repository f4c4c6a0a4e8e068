// Writes a drawing as SVG 1.1. Texts stay text: they can be searched and copied.
//
// Pure.
#pragma once

#include <string>

#include "actuator/ctl/picture/drawing.h"

namespace hotspot::ctl {

std::string svg_text(const Drawing& drawing);

}  // namespace hotspot::ctl
