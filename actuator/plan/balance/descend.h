// The incremental search: the best move that a part of the board offers, again and again. Private to balance/.
//
// PURE. Takes the node that adds most to the unevenness and tries its domains on other nodes, and domains of other
// nodes on it, by the guide (tally.h). A node that offers nothing is left aside until a move changes it. In large
// clusters a fixed number of other nodes is tried, chosen at random.
#pragma once

#include <cstdint>

#include "actuator/plan/balance/search.h"

namespace hotspot::plan {

// Until `most_displaced` domains are displaced, nothing more is gained, or the evaluations are used up. A domain that
// has moved is not moved again.
void descend(Search& search, std::uint64_t evaluations);

}  // namespace hotspot::plan
