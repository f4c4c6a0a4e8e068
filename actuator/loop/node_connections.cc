#include "actuator/loop/node_connections.h"

#include <algorithm>
#include <set>

#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// libvirt's words may have the whole output of an ssh in them.
constexpr std::size_t kMostBytesOfAProblem = 512;

}  // namespace

// What was noted of its URI alone is the node's, once its UUID is known.
void NodeConnections::identify(const std::string& node_uuid, const std::string& uri) {
  auto by_uri = nodes_.extract(uri);
  if (by_uri.empty() || nodes_.contains(node_uuid)) return;
  by_uri.key() = node_uuid;
  nodes_.insert(std::move(by_uri));
}

std::optional<ConnectionChange> NodeConnections::note(const ports::NodeProof& proof) {
  if (!proof.node_uuid.empty()) identify(proof.node_uuid, proof.uri);
  const auto [entry, is_new] = nodes_.try_emplace(proof.node_uuid.empty() ? proof.uri : proof.node_uuid);
  NodeConnection& known = entry->second;
  const bool had_problem = !is_new && !known.identity;
  const NodeConnection before = known;
  const bool same_kind = !is_new && known.identity.has_value() == proof.identity.has_value();
  known = {proof.uri, proof.identity, proof.problem, same_kind ? before.since : proof.at};
  if (same_kind) return std::nullopt;
  ConnectionChange change{.kind = ConnectionChange::Kind::kLost,
                          .node_uuid = proof.node_uuid,
                          .uri = proof.uri,
                          .problem = proof.problem,
                          .lasted = Milliseconds(0)};
  if (!proof.identity) return change;
  change.kind = had_problem ? ConnectionChange::Kind::kConnectedAgain : ConnectionChange::Kind::kConnected;
  if (had_problem) change.lasted = std::max(proof.at - before.since, Milliseconds(0));
  return change;
}

void NodeConnections::forget_unless(const std::vector<ports::NodeAddress>& addresses) {
  std::set<std::string> kept;
  for (const ports::NodeAddress& address : addresses) {
    if (!address.uuid.empty()) identify(address.uuid, address.uri);
    kept.insert(address.uuid.empty() ? address.uri : address.uuid);
  }
  std::erase_if(nodes_, [&](const auto& node) { return !kept.contains(node.first); });
}

const NodeConnection* NodeConnections::find(const std::string& node_uuid) const {
  const auto found = nodes_.find(node_uuid);
  return found == nodes_.end() ? nullptr : &found->second;
}

std::string sentence(const ConnectionChange& change, const std::string& node_name) {
  const std::string node = text::visible(node_name);
  switch (change.kind) {
    case ConnectionChange::Kind::kConnected:
      return node + ": connected to its libvirt";
    case ConnectionChange::Kind::kConnectedAgain:
      return node + ": connected to its libvirt again, after " + text::duration_text(change.lasted);
    case ConnectionChange::Kind::kLost:
      break;
  }
  return node + ": no connection to its libvirt: " + text::visible(change.problem, kMostBytesOfAProblem);
}

}  // namespace hotspot::loop
