// What hotspotd learned of a node itself, from the libvirt that answers at the node's URI; not what a snapshot says.
//
// A node counts only once such a proof agrees with its entry in the registry and with its snapshots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

struct NodeIdentity {
  std::string host_uuid;  // of virConnectGetCapabilities; empty: the driver has none (test:///default)
  std::string hostname;   // virConnectGetHostname
  int cpus = 0;           // virNodeGetInfo
  std::int64_t memory_bytes = 0;
  bool operator==(const NodeIdentity&) const = default;
};

// One for each connection that was made, and one when it could not be made or broke; repetitions of the same problem
// are left out.
struct NodeProof {
  std::string node_uuid;  // as know_node() was told
  std::string uri;
  std::optional<NodeIdentity> identity;  // empty: there is no connection
  std::string problem;                   // then why, a sentence with libvirt's own words
  WallTime at{};
};

}  // namespace hotspot::ports
