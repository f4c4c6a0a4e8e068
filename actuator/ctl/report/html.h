// A report as one HTML page that can be mailed: no scripts, no external addresses, inline style, light and dark.
//
// PURE. Every text is made visible and escaped.
#pragma once

#include <string>

#include "actuator/ctl/report/facts.h"

namespace hotspot::ctl::report {

std::string as_html(const Report& report, const About& about);

}  // namespace hotspot::ctl::report
