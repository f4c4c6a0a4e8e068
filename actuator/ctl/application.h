// Defines hotspotctl's commands and options with CLI11.
#pragma once

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// Adds the global options and every command. Parsed values go to `parsed`, which must outlive `app`.
void build(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
