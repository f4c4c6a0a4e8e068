#include "actuator/model/cluster.h"

#include <algorithm>
#include <unordered_set>

namespace hotspot::model {
namespace {

const DomainSample* domain_in(const NodeSnapshot& snapshot, const std::string& uuid) {
  const auto found = std::find_if(snapshot.domains.begin(), snapshot.domains.end(),
                                  [&](const DomainSample& domain) { return domain.uuid == uuid; });
  return found == snapshot.domains.end() ? nullptr : &*found;
}

}  // namespace

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
  const std::shared_ptr<const NodeSnapshot> before = known == nodes_.end() ? nullptr : known->second.snapshot;
  const std::string node_uuid = snapshot.node.uuid;
  Node& node = nodes_[node_uuid];
  node = {std::make_shared<const NodeSnapshot>(std::move(snapshot)), received_at, samples + 1, missed,
          draining_.contains(node_uuid)};
  index_domains(node, before.get());
  if (before != nullptr) drop_domains(*before, node.snapshot.get());
  return Ingest::kTaken;
}

void Cluster::index_domains(const Node& node, const NodeSnapshot* before) {
  for (const DomainSample& domain : node.snapshot->domains) {
    const auto [place, is_new] = domain_node_.try_emplace(domain.uuid, node.uuid());
    if (!is_new && place->second != node.uuid()) contest(node, domain, before);
  }
}

// Another node has the domain. While it migrates, both report it; it runs where it began to run last. A node that is
// seen for the first time has begun nothing that we saw, unless libvirt says that the domain has just come there.
void Cluster::contest(const Node& node, const DomainSample& domain, const NodeSnapshot* before) {
  std::string& owner = domain_node_[domain.uuid];
  std::set<std::string>& others = elsewhere_[domain.uuid];
  others.insert(node.uuid());
  if (!is_running(domain)) return;
  const Node* there = find_node(owner);
  const DomainSample* other = there == nullptr ? nullptr : domain_in(*there->snapshot, domain.uuid);
  if (other != nullptr && is_running(*other)) {
    const DomainSample* earlier = before == nullptr ? nullptr : domain_in(*before, domain.uuid);
    const bool began_here = before == nullptr ? domain.state_reason == "migrated" && node.taken_at() > there->taken_at()
                                              : earlier == nullptr || !is_running(*earlier);
    if (!began_here) return;
  }
  others.insert(owner);
  others.erase(node.uuid());
  owner = node.uuid();
}

void Cluster::drop_domains(const NodeSnapshot& before, const NodeSnapshot* now) {
  const auto same = [](const DomainSample& a, const DomainSample& b) { return a.uuid == b.uuid; };
  if (now != nullptr &&
      std::equal(before.domains.begin(), before.domains.end(), now->domains.begin(), now->domains.end(), same))
    return;
  std::unordered_set<std::string_view> still_there;
  if (now != nullptr)
    for (const DomainSample& domain : now->domains) still_there.insert(domain.uuid);
  for (const DomainSample& domain : before.domains)
    if (!still_there.contains(domain.uuid)) drop_domain(domain.uuid, before.node.uuid);
}

// The node does not report it any more. What another one reports belongs there.
void Cluster::drop_domain(const std::string& uuid, const std::string& node_uuid) {
  const auto place = domain_node_.find(uuid);
  const auto others = elsewhere_.find(uuid);
  if (others != elsewhere_.end()) others->second.erase(node_uuid);
  if (place != domain_node_.end() && place->second == node_uuid) {
    if (others == elsewhere_.end() || others->second.empty()) {
      domain_node_.erase(place);
    } else {
      const auto runs_at = [&](const std::string& other) {
        const Node* node = find_node(other);
        const DomainSample* domain = node == nullptr ? nullptr : domain_in(*node->snapshot, uuid);
        return domain != nullptr && is_running(*domain);
      };
      const auto running = std::find_if(others->second.begin(), others->second.end(), runs_at);
      const auto heir = running != others->second.end() ? running : others->second.begin();
      place->second = *heir;
      others->second.erase(heir);
    }
  }
  if (others != elsewhere_.end() && others->second.empty()) elsewhere_.erase(others);
}

void Cluster::set_draining(std::set<std::string> uuids) {
  draining_ = std::move(uuids);
  for (auto& [uuid, node] : nodes_) node.drain_requested = draining_.contains(uuid);
}

void Cluster::forget_node(const std::string& uuid) {
  const auto node = nodes_.find(uuid);
  if (node == nodes_.end()) return;
  drop_domains(*node->second.snapshot, nullptr);
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
  const DomainSample* domain = domain_in(*node->snapshot, uuid);
  return domain == nullptr ? DomainRef{} : DomainRef{node, domain};
}

std::vector<DomainRef> Cluster::find_running(const std::string& uuid) const {
  std::vector<DomainRef> found;
  const auto add = [&](const DomainRef& domain) {
    if (domain && is_running(*domain.domain)) found.push_back(domain);
  };
  add(find_domain(uuid));
  const auto others = elsewhere_.find(uuid);
  if (others == elsewhere_.end()) return found;
  for (const std::string& other : others->second) {
    if (const Node* node = find_node(other)) add({node, domain_in(*node->snapshot, uuid)});
  }
  return found;
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
