#include "telemetry/node_load.h"

#include <algorithm>

namespace hotspot::telemetry {

Measured memory_used_ratio(const NodeSample& node) {
  if (!node.memory_available_bytes || node.memory_bytes <= 0) return std::nullopt;
  return 1 - static_cast<double>(*node.memory_available_bytes) / static_cast<double>(node.memory_bytes);
}

Measured net_used_ratio(const NodeSample& node) {
  constexpr double kBits = 8;  // per byte
  Measured busiest;
  for (const LinkSample& link : node.links) {
    if (!link.speed_bits_per_second || *link.speed_bits_per_second <= 0) continue;
    if (!link.receive_bytes_per_second || !link.transmit_bytes_per_second) continue;
    const double bytes = std::max(*link.receive_bytes_per_second, *link.transmit_bytes_per_second);
    busiest = std::max(busiest.value_or(0), bytes * kBits / *link.speed_bits_per_second);
  }
  return busiest;
}

Measured volume(std::initializer_list<Measured> utilizations) {
  Measured product;
  for (const Measured& utilization : utilizations) {
    if (utilization) product = product.value_or(1) / (1 - std::clamp(*utilization, 0.0, kVolumeMost));
  }
  return product;
}

Measured volume(const NodeSample& node) {
  return volume({node.cpu_ratio, net_used_ratio(node), memory_used_ratio(node)});
}

}  // namespace hotspot::telemetry
