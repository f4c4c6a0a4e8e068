#include "tests/support/fakes/fake_connections.h"

#include <chrono>
#include <utility>

namespace hotspot::fakes {
namespace {

std::string place_of(const ports::NodeAddress& node) { return node.uuid.empty() ? node.uri : node.uuid; }

}  // namespace

void FakeConnections::listen(Hear hear) {
  hear_ = std::move(hear);
  connections_.clear();
}

std::function<void()> FakeConnections::know(const ports::NodeAddress& node, const std::string& problem) {
  if (!node.uuid.empty() && !connections_.contains(node.uuid)) {
    if (auto by_uri = connections_.extract(node.uri); !by_uri.empty()) {
      by_uri.key() = by_uri.mapped().node.uuid = node.uuid;
      connections_.insert(std::move(by_uri));
    }
  }
  Connection& connection = connections_[place_of(node)];
  if (connection.node.uri != node.uri) connection = {node, std::nullopt};
  return report(connection, problem);
}

std::function<void()> FakeConnections::break_off(const std::string& node_uuid, const std::string& problem) {
  const auto found = connections_.find(node_uuid);
  return found == connections_.end() ? nullptr : report(found->second, problem);
}

std::function<void()> FakeConnections::report(Connection& connection, const std::string& problem) {
  if (connection.problem == problem) return nullptr;
  connection.problem = problem;
  if (!hear_) return nullptr;
  ports::NodeProof proof{.node_uuid = connection.node.uuid,
                         .uri = connection.node.uri,
                         .identity = {},
                         .problem = problem,
                         .at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())};
  if (problem.empty()) {
    ++made_[connection.node.uri];
    const auto known = identities_.find(place_of(connection.node));
    proof.identity = known != identities_.end()
                         ? known->second
                         : ports::NodeIdentity{connection.node.uuid, connection.node.name, 8, 64 * kGibibyte};
  }
  return [hear = hear_, proof = std::move(proof)] { hear(proof); };
}

}  // namespace hotspot::fakes
