// How much memory a snapshot uses. Its JSON says little about it: a row of four bytes becomes a device of two hundred.
#pragma once

#include <cstddef>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// Approximate: the lists, and an allowance for the texts in them.
std::size_t bytes_in_memory(const NodeSnapshot& snapshot);

}  // namespace hotspot::telemetry
