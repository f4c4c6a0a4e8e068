// hotspotctl __complete: lists what can follow at the cursor, for shell completion (completion/).
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// The words after "hotspotctl"; the last one is being typed, and may be empty. Prints one line for each possible word:
// the word, a tab, its meaning; and ":files" if file names are possible. Live names are read from Redis within 0.3 s,
// or left out. Writes nothing to standard error. Always kDone.
int complete(const std::vector<std::string>& typed);

}  // namespace hotspot::ctl
