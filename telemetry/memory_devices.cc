#include "telemetry/memory_devices.h"

namespace hotspot::telemetry {

bool is_virtio_mem(const MemoryDevice& device) { return device.model == "virtio-mem"; }

std::int64_t plugged_bytes(const std::vector<MemoryDevice>& devices) {
  std::int64_t bytes = 0;
  for (const MemoryDevice& one : devices) {
    if (is_virtio_mem(one)) bytes += one.current_bytes.value_or(0);
  }
  return bytes;
}

std::int64_t dimm_bytes(const std::vector<MemoryDevice>& devices) {
  std::int64_t bytes = 0;
  for (const MemoryDevice& one : devices) {
    if (one.model == "dimm") bytes += one.size_bytes;
  }
  return bytes;
}

}  // namespace hotspot::telemetry
