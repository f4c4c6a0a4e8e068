// A cluster that is heated on purpose: 12 nodes of 16 to 32 CPUs, 150 domains of 1 to 24 GiB, all from a seed.
//
// After five minutes three nodes want more CPU than they have or nearly so; a fourth is full of memory from the
// beginning, and a fifth nearly so, with a CPU that would attract every domain. Some domains belong together, some are
// to be apart, and every demand has noise of 3 %.
#pragma once

#include <cstdint>

#include "actuator/sim/scenario.h"

namespace hotspot::decide {

inline constexpr double kCpuMark = 0.80, kMemoryMark = 0.88;

simulation::Scenario heated_cluster(std::uint64_t seed);

}  // namespace hotspot::decide
