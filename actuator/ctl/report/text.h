// Prints a report as a table and sentences, for a terminal of 80 columns.
#pragma once

#include <string>

#include "actuator/ctl/report/facts.h"

namespace hotspot::ctl::report {

// Lines are visible and fit the screen (screen.h).
std::string as_table(const Report& report, const About& about);

}  // namespace hotspot::ctl::report
