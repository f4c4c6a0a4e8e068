// Which nodes a FakeHypervisor is connected to, and what it reports of that.
//
// As LibvirtHypervisor does: a proof for each connection, a problem once, nothing of a node that was forgotten.
// Thread rule: its owner's lock is held in every method; `hear` is called by the owner without it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"

namespace hotspot::fakes {

class FakeConnections {
 public:
  using Hear = std::function<void(const ports::NodeProof&)>;

  // Who listens anew hears of every node anew, as after a restart.
  void listen(Hear hear);
  void set_identity(const std::string& node_uuid, ports::NodeIdentity identity) { identities_[node_uuid] = identity; }
  void forget(const std::string& node_uuid) { connections_.erase(node_uuid); }

  const std::map<std::string, int>& made() const { return made_; }  // by URI: how many connections

  // A node that was known by its URI alone keeps its connection once it has a UUID.
  // Each returns what is to be heard; null: nothing. A problem that is empty: the connection is made.
  std::function<void()> know(const ports::NodeAddress& node, const std::string& problem);
  std::function<void()> break_off(const std::string& node_uuid, const std::string& problem);

 private:
  struct Connection {
    ports::NodeAddress node;
    std::optional<std::string> problem;  // that was reported last; empty text: it is connected
  };
  std::function<void()> report(Connection& connection, const std::string& problem);

  Hear hear_;
  std::map<std::string, Connection> connections_;          // by node UUID, or else by URI
  std::map<std::string, ports::NodeIdentity> identities_;  // likewise
  std::map<std::string, int> made_;
};

}  // namespace hotspot::fakes
