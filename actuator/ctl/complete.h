// hotspotctl __complete: what may stand where the cursor is, for the completions of shells (completion/).
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// Of the words behind "hotspotctl"; the last one is being typed, and may be empty. Prints a line for each thing that
// may stand there: what it is, a tab, what it means; and ":files" where files may. Live names come from Redis within
// 0.3 s, or not at all. Says nothing on standard error. Always kDone.
int complete(const std::vector<std::string>& typed);

}  // namespace hotspot::ctl
