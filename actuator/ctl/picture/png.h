// Writes a drawing as PNG and measures texts, with Pango, Cairo and the fonts of this machine.
//
// Thread rule: one thread at a time.
#pragma once

#include <string>

#include "actuator/ctl/picture/drawing.h"
#include "actuator/ctl/picture/page.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

double text_width(const std::string& text, TextStyle style);

// The bytes of the file. Errors are Cairo's own (too large, out of memory).
Result<std::string> png_bytes(const Drawing& drawing);

}  // namespace hotspot::ctl
