// The identity of a node as reported by the libvirt at its URI, as opposed to its snapshots.
//
// A node counts only once such a proof agrees with its entry in the registry and with its snapshots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

struct NodeIdentity {
  std::string host_uuid;  // from virConnectGetCapabilities; empty: the driver has none (test:///default)
  std::string hostname;   // virConnectGetHostname
  int cpus = 0;           // virNodeGetInfo
  std::int64_t memory_bytes = 0;
  bool operator==(const NodeIdentity&) const = default;
};

// One for each connection that was established, and one when that failed or a connection broke; repetitions of the same
// problem are left out.
struct NodeProof {
  std::string node_uuid;  // as passed to know_node()
  std::string uri;
  std::optional<NodeIdentity> identity;  // empty: there is no connection
  std::string problem;                   // otherwise the reason, a sentence with libvirt's own words
  WallTime at{};
};

}  // namespace hotspot::ports
