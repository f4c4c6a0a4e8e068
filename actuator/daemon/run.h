// The daemon's life: builds the ports' real bodies, runs the loops, ends on a signal.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

// One loop for each cluster. A cluster whose rules are wrong stands by until they are right, if there are others.
// Returns the exit code of the process. `file`: whose text is shown where it is wrong.
int run(const std::vector<Config>& clusters, const rules::SourceFile& file);

}  // namespace hotspot::daemon
