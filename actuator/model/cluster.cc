#include "actuator/model/cluster.h"

#include <algorithm>

namespace hotspot::model {

const char* to_string(Ingest outcome) {
  switch (outcome) {
    case Ingest::kTaken:
      return "taken";
    case Ingest::kDuplicate:
      return "duplicate";
    case Ingest::kOutOfOrder:
      return "out_of_order";
    case Ingest::kFuture:
      return "future";
  }
  return "unknown";
}

Ingest Cluster::apply(NodeSnapshot snapshot, WallTime received_at, const Freshness& freshness) {
  if (snapshot.taken_at > received_at + freshness.max_clock_skew) return Ingest::kFuture;
  const auto known = nodes_.find(snapshot.node.uuid);
  std::uint64_t samples = 0;
  std::uint64_t missed = 0;
  if (known != nodes_.end()) {
    const NodeSnapshot& before = *known->second.snapshot;
    if (snapshot.taken_at == before.taken_at) return Ingest::kDuplicate;
    // Unless what is known is of a future that never came: the node's clock and ours were set back.
    const bool unmade = before.taken_at > received_at + freshness.max_clock_skew;
    if (snapshot.taken_at < before.taken_at && !unmade) return Ingest::kOutOfOrder;
    samples = known->second.samples;
    missed = known->second.missed;
    // A lower sequence is a collector that was restarted.
    if (snapshot.sequence > before.sequence + 1) missed += snapshot.sequence - before.sequence - 1;
  }
  if (known != nodes_.end()) drop_domains(known->second);
  const std::string node_uuid = snapshot.node.uuid;
  Node& node = nodes_[node_uuid];
  node = {std::make_shared<const NodeSnapshot>(std::move(snapshot)), received_at, samples + 1, missed,
          draining_.contains(node_uuid)};
  index_domains(node);
  return Ingest::kTaken;
}

void Cluster::drop_domains(const Node& node) {
  for (const DomainSample& domain : node.snapshot->domains) {
    const auto place = domain_node_.find(domain.uuid);
    if (place != domain_node_.end() && place->second == node.uuid()) domain_node_.erase(place);
  }
}

void Cluster::index_domains(const Node& node) {
  for (const DomainSample& domain : node.snapshot->domains) {
    const auto [place, is_new] = domain_node_.try_emplace(domain.uuid, node.uuid());
    if (is_new || !is_running(domain)) continue;
    // Both nodes of a migration report the domain. If, for the length of one read, both say that it runs, the newer
    // snapshot, which is this one, knows better.
    place->second = node.uuid();
  }
}

void Cluster::set_draining(std::set<std::string> uuids) {
  draining_ = std::move(uuids);
  for (auto& [uuid, node] : nodes_) node.drain_requested = draining_.contains(uuid);
}

void Cluster::forget_node(const std::string& uuid) {
  const auto node = nodes_.find(uuid);
  if (node == nodes_.end()) return;
  drop_domains(node->second);
  nodes_.erase(node);
}

const Node* Cluster::find_node(std::string_view uuid) const {
  const auto found = nodes_.find(uuid);
  return found == nodes_.end() ? nullptr : &found->second;
}

const Node* Cluster::find_node_by_name(std::string_view name) const {
  for (const auto& [uuid, node] : nodes_) {
    if (node.name() == name) return &node;
  }
  return nullptr;
}

DomainRef Cluster::find_domain(const std::string& uuid) const {
  const auto place = domain_node_.find(uuid);
  if (place == domain_node_.end()) return {};
  const Node* node = find_node(place->second);
  if (node == nullptr) return {};
  for (const DomainSample& domain : node->snapshot->domains) {
    if (domain.uuid == uuid) return {node, &domain};
  }
  return {};
}

std::vector<DomainRef> Cluster::find_domains_by_name(std::string_view name) const {
  std::vector<DomainRef> found;
  for (const auto& [uuid, node] : nodes_) {
    for (const DomainSample& domain : node.snapshot->domains) {
      if (domain.name == name && belongs_here(node, domain)) found.push_back({&node, &domain});
    }
  }
  return found;
}

bool Cluster::belongs_here(const Node& node, const DomainSample& domain) const {
  const auto place = domain_node_.find(domain.uuid);
  return place != domain_node_.end() && place->second == node.uuid();
}

Milliseconds age(const Node& node, WallTime now) { return std::max(now - node.taken_at(), Milliseconds(0)); }

bool is_stale(const Node& node, WallTime now, const Freshness& freshness) {
  // Our clock was set back: how old it is cannot be known.
  if (node.taken_at() > now + freshness.max_clock_skew) return true;
  const auto by_interval =
      Milliseconds(static_cast<std::int64_t>(node.snapshot->interval_seconds * 1000 * freshness.max_age_intervals));
  return age(node, now) > std::max(by_interval, freshness.min_max_age);
}

bool is_running(const DomainSample& domain) {
  return domain.state == telemetry::DomainState::kRunning || domain.state == telemetry::DomainState::kBlocked;
}

}  // namespace hotspot::model
