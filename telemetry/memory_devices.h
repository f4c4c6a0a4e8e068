// A domain's memory beside its balloon.
//
// PURE.
#pragma once

#include <cstdint>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

bool is_virtio_mem(const MemoryDevice& device);
// What all virtio-mem devices hold: a snapshot's balloon counts it in, QEMU's own does not.
std::int64_t plugged_bytes(const std::vector<MemoryDevice>& devices);
std::int64_t dimm_bytes(const std::vector<MemoryDevice>& devices);  // of all DIMMs together

}  // namespace hotspot::telemetry
