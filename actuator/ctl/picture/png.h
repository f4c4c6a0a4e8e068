// A drawing as PNG, and how wide texts are: by Pango and Cairo, with the fonts of this machine.
//
// Thread rule: one thread at a time.
#pragma once

#include <string>

#include "actuator/ctl/picture/drawing.h"
#include "actuator/ctl/picture/page.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

double text_width(const std::string& text, TextStyle style);

// The bytes of the file. An error: Cairo's own words (too large, out of memory).
Result<std::string> png_bytes(const Drawing& drawing);

}  // namespace hotspot::ctl
