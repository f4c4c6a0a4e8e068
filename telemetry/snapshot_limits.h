// How much one snapshot may hold: far more than any node has. Bounds the memory that a sender can make a reader use.
#pragma once

#include <cstddef>

namespace hotspot::telemetry {

struct SnapshotLimits {
  std::size_t bytes = 16u << 20;             // of the JSON text
  std::size_t domains = 4096;                // on one node
  std::size_t devices_per_domain = 1024;     // of each kind: vCPUs, disks, interfaces, …
  std::size_t devices_per_domain_mean = 16;  // of each kind, on average over the domains that a node may have
  std::size_t node_items = 16'384;           // of each kind: file systems, block devices, links, NUMA cells
  std::size_t list_items = 256;              // texts in one list: obstacles, groups
  std::size_t text_bytes = 8192;             // of one text
  std::size_t name_bytes = 1024;             // of a UUID or a name

  // For readers of data that others have already judged: hotspotctl, whatever hotspotd.yaml says.
  static SnapshotLimits widest() { return {.bytes = 64u << 20, .domains = 1'000'000}; }
};

}  // namespace hotspot::telemetry
