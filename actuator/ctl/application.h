// hotspotctl's commands and options, as CLI11 has them.
#pragma once

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// Options for all commands, and each command. What is parsed goes to `parsed`, which must outlive `app`.
void build(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
