#include "actuator/client/admitted.h"

#include <algorithm>
#include <utility>

#include "common/crypto/fingerprint.h"

namespace hotspot::client {
namespace {

using Seal = ports::Envelope::Seal;

const record::RegisteredNode* entry_of(const record::Registry& registry, const ports::Arrival& arrival) {
  const std::string& uuid = arrival.snapshot.node.uuid;
  const auto found = std::find_if(registry.nodes.begin(), registry.nodes.end(),
                                  [&](const auto& entry) { return entry.second.host_uuid == uuid; });
  return uuid.empty() || found == registry.nodes.end() ? nullptr : &found->second;
}

bool is_by(const record::RegisteredNode& node, const ports::Arrival& arrival) {
  if (arrival.envelope.seal == Seal::kBad || arrival.snapshot.node.name != node.name) return false;
  if (node.keys.empty()) return true;
  return arrival.envelope.seal == Seal::kGood && arrival.envelope.node == node.host_uuid &&
         std::any_of(node.keys.begin(), node.keys.end(), [&](const record::NodeKey& key) {
           return crypto::fingerprint_of(key.key) == arrival.envelope.fingerprint;
         });
}

template <typename Read>
Result<AdmittedSnapshots> of_admitted(Connection& connection, const Read& read) {
  auto registry = connection.redis().registry();
  if (!registry) return registry.error();
  auto newest = read([&](const ports::Arrival& arrival) {
    const record::RegisteredNode* node = entry_of(*registry, arrival);
    return node != nullptr && is_by(*node, arrival);
  });
  if (!newest) return newest.error();
  for (ports::Arrival& arrival : newest->snapshots) arrival.snapshot.node.uri = entry_of(*registry, arrival)->uri;
  return AdmittedSnapshots{std::move(*registry), std::move(*newest)};
}

}  // namespace

Result<AdmittedSnapshots> newest_of_admitted(Connection& connection, Milliseconds window) {
  return of_admitted(connection, [&](const io::RedisOperator::Counts& counts) {
    return connection.redis().newest_snapshots(window, counts);
  });
}

Result<AdmittedSnapshots> all_of_admitted(Connection& connection, Milliseconds window) {
  return of_admitted(connection, [&](const io::RedisOperator::Counts& counts) {
    return connection.redis().snapshots_within(window, counts);
  });
}

}  // namespace hotspot::client
