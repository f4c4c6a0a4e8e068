// The arguments of hotspotctl simulate.
#pragma once

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

void add_simulate_command(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
