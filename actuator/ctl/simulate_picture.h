// The result of a simulation as a picture: the hot nodes by resource, and what was moved, over time; a line for each
// rule set and one for doing nothing.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/picture/kind.h"
#include "actuator/ctl/picture/sheet.h"
#include "actuator/ctl/simulate.h"

namespace hotspot::ctl {

// Pure, but for the machine's time zone.
Drawing simulation_drawing(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs,
                           const TextWidth& width);
// The content of a file of that kind.
Result<std::string> simulation_picture(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs,
                                       PictureKind kind);

}  // namespace hotspot::ctl
