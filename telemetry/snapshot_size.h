// What a snapshot takes in memory. Its JSON says little of that: a row of four bytes becomes a device of two hundred.
#pragma once

#include <cstddef>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// About: its lists, and some for the texts in them.
std::size_t bytes_in_memory(const NodeSnapshot& snapshot);

}  // namespace hotspot::telemetry
