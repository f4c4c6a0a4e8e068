// What hotspotd.yaml says of admission. PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/loop/node_uri.h"

namespace hotspot::loop {

// A node that the configuration admits.
struct ListedNode {
  std::string name;  // libvirt's hostname
  std::string uri;
  std::string key;   // "SHA256:…", or the key itself in base64; "" if it is not told
  std::string uuid;  // libvirt's host UUID; "" if it is not told
  bool operator==(const ListedNode&) const = default;
};

struct AdmissionOptions {
  std::vector<ListedNode> nodes;
  std::vector<std::string> patterns;
  bool trust_first_key = false;  // the first key that a node signs with is pinned without anybody comparing it
  bool require_keys = true;      // what is not signed counts for nothing
  UriRules uris;
  bool admits_by_itself() const { return !nodes.empty() || !patterns.empty(); }
};

}  // namespace hotspot::loop
