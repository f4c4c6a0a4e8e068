// Sums of the memory that a domain has besides its balloon.
//
// PURE.
#pragma once

#include <cstdint>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

bool is_virtio_mem(const MemoryDevice& device);
// The memory of all virtio-mem devices: included in the balloon of a snapshot, but not in QEMU's own figure.
std::int64_t plugged_bytes(const std::vector<MemoryDevice>& devices);
std::int64_t dimm_bytes(const std::vector<MemoryDevice>& devices);  // of all DIMMs together

}  // namespace hotspot::telemetry
