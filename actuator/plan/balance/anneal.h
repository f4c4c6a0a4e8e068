// Simulated annealing of a placement in which at most `most_displaced` domains are not at home. Private to balance/.
//
// PURE. A step displaces a domain, gives a displaced one another node, or sends one home and displaces another in its
// stead; it is taken if the score falls, or rises by less than an exponentially distributed amount of mean T, which
// falls to a hundredth. Nodes and domains are chosen at random, of two the one that the guide (tally.h) likes better.
// Each state is possible: no limit is exceeded and no constraint broken by an arrival.
#pragma once

#include <cstdint>

#include "actuator/plan/balance/search.h"

namespace hotspot::plan {

// Leaves the search as it was if the score would be no better.
void anneal(Search& search, std::uint64_t evaluations);

}  // namespace hotspot::plan
