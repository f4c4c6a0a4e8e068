// The connections to the nodes' libvirt: since when, with which identity; or why there is none.
//
// Fed with the hypervisor's reports. Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct NodeConnection {
  std::string uri;
  std::optional<ports::NodeIdentity> identity;  // who answers; empty: there is no connection
  std::string problem;                          // then why
  WallTime since{};                             // of the connection, or of the trouble: it may change its words
};

// What an operator should hear: each trouble when it begins, and when it ends.
struct ConnectionChange {
  enum class Kind { kConnected, kLost, kConnectedAgain };
  Kind kind = Kind::kConnected;
  std::string node_uuid;
  std::string uri;
  std::string problem;     // of kLost
  Milliseconds lasted{0};  // of kConnectedAgain: how long there was none
};

class NodeConnections {
 public:
  // Empty: nothing new.
  std::optional<ConnectionChange> note(const ports::NodeProof& proof);
  // Of nodes that are not connected to any more.
  void forget_unless(const std::vector<ports::NodeAddress>& addresses);

  // Null: nothing was reported of it yet.
  const NodeConnection* find(const std::string& node_uuid) const;
  const std::map<std::string, NodeConnection>& all() const { return nodes_; }  // by node UUID, or else by URI

 private:
  void identify(const std::string& node_uuid, const std::string& uri);
  std::map<std::string, NodeConnection> nodes_;
};

// For the log: one line, whatever the other side said.
std::string sentence(const ConnectionChange& change, const std::string& node_name);

}  // namespace hotspot::loop
