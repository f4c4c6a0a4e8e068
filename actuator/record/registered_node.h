// An entry of the registry: a node that an operator, or the configuration, admitted. Everybody else is nobody.
//
// One field of the hash `nodes` each; the field's name is the entry's id. What stands here is believed: no snapshot
// ever changes it. PURE.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

// A public key (base64 of 32 bytes) that the node's collector signs with. Two may overlap while it changes its key.
struct NodeKey {
  std::string key;
  WallTime since{};
  bool operator==(const NodeKey&) const = default;
};

struct RegisteredNode {
  std::string id;             // unique in the cluster; the node's name when it was admitted
  std::string host_uuid;      // libvirt's, as it was when the node was admitted; checked at each connection
  std::string name;           // libvirt's hostname, likewise
  std::string uri;            // by which hotspotd reaches it; nothing that a snapshot says changes it
  std::vector<NodeKey> keys;  // newest last; empty: its snapshots are not signed
  WallTime admitted_at{};
  std::string admitted_by;  // "ada", or "hotspotd.yaml"
  bool operator==(const RegisteredNode&) const = default;
};

std::string to_json(const RegisteredNode& node);
// Never trusts its input: the field may have been written by anybody.
Result<RegisteredNode> registered_node_from_json(std::string_view json);

}  // namespace hotspot::record
