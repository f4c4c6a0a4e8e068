#include "actuator/model/cluster.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "actuator/model/load.h"

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
    case Ingest::kInterval:
      return "interval";
    case Ingest::kOld:
      return "old";
    case Ingest::kTooSoon:
      return "too_soon";
  }
  return "unknown";
}

namespace {

constexpr Milliseconds kOldest = std::chrono::hours(24);
// Two reads of a collector are at least this share of its interval apart.
constexpr double kLeastShare = 0.05;
constexpr Milliseconds kLeastGap{10}, kMostLeastGap{500};

Milliseconds said_interval(const NodeSnapshot& snapshot) {
  return Milliseconds(std::llround(snapshot.interval_seconds * 1000));
}

// Derived from the sequence, but no more than the elapsed time allows: the sequence is only the sender's claim.
Milliseconds least_gap(Milliseconds interval) {
  const auto share = Milliseconds(std::llround(static_cast<double>(interval.count()) * kLeastShare));
  return std::clamp(share, kLeastGap, kMostLeastGap);
}

std::uint64_t lost_between(const NodeSnapshot& before, const NodeSnapshot& now) {
  if (now.sequence <= before.sequence + 1 || now.sequence < before.sequence) return 0;  // or a collector that restarted
  const Milliseconds gap = now.taken_at - before.taken_at;
  const auto most = std::max<std::int64_t>(gap / least_gap(said_interval(now)), 0);
  return std::min(now.sequence - before.sequence - 1, static_cast<std::uint64_t>(most));
}

bool same_domains(const NodeSnapshot& before, const NodeSnapshot& now) {
  return std::equal(before.domains.begin(), before.domains.end(), now.domains.begin(), now.domains.end(),
                    [](const DomainSample& a, const DomainSample& b) { return a.uuid == b.uuid && a.name == b.name; });
}

}  // namespace

Ingest Cluster::judge(const NodeSnapshot& snapshot, WallTime received_at, const Freshness& freshness) const {
  const Milliseconds interval = said_interval(snapshot);
  if (interval > freshness.max_interval) return Ingest::kInterval;
  if (received_at - snapshot.taken_at > kOldest) return Ingest::kOld;
  const Node* known = find_node(snapshot.node.uuid);
  if (known == nullptr) return Ingest::kTaken;
  const Milliseconds gap = snapshot.taken_at - known->taken_at();
  if (gap > Milliseconds(0) && gap < least_gap(interval)) return Ingest::kTooSoon;
  return Ingest::kTaken;
}

Ingest Cluster::apply(NodeSnapshot snapshot, WallTime received_at, const Freshness& freshness) {
  if (snapshot.taken_at > received_at + freshness.max_clock_skew) return Ingest::kFuture;
  const auto known = nodes_.find(snapshot.node.uuid);
  Node next;
  if (known != nodes_.end()) {
    const NodeSnapshot& before = *known->second.snapshot;
    if (snapshot.taken_at == before.taken_at) return Ingest::kDuplicate;
    // Unless the known snapshot is from the future: then the node's clock and ours were set back.
    const bool unmade = before.taken_at > received_at + freshness.max_clock_skew;
    if (snapshot.taken_at < before.taken_at && !unmade) return Ingest::kOutOfOrder;
    next = known->second;
    next.missed += lost_between(before, snapshot);
    next.cadence.note(snapshot.taken_at - before.taken_at, received_at - next.received_at);
  }
  next.cadence.said = said_interval(snapshot);
  const auto before = std::move(next.snapshot);
  next.snapshot = std::make_shared<const NodeSnapshot>(std::move(snapshot));
  next.received_at = received_at;
  ++next.samples;
  next.set_aside = false;
  next.drain_requested = draining_.contains(next.uuid());
  next.stolen_cores = 0;
  for (const DomainSample& domain : next.snapshot->domains)
    if (is_running(domain)) next.stolen_cores += domain_cores_stolen(domain, next.snapshot->node);
  Node& node = nodes_[next.uuid()];
  node = std::move(next);
  index_domains(node, before.get());
  if (before != nullptr) drop_domains(*before, node.snapshot.get());
  return Ingest::kTaken;
}

DomainRef Cluster::domain_at(const std::string& uuid, const Place& place) const {
  const Node* node = find_node(place.node_uuid);
  if (node == nullptr || place.index >= node->snapshot->domains.size()) return {};
  const DomainSample& domain = node->snapshot->domains[place.index];
  return domain.uuid == uuid ? DomainRef{node, &domain} : DomainRef{};
}

void Cluster::index_domains(const Node& node, const NodeSnapshot* before) {
  const auto& domains = node.snapshot->domains;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const auto [entry, is_new] = places_.try_emplace(domains[i].uuid);
    if (is_new) {
      entry->second = {node.uuid(), i};
      index_name(domains[i]);
    } else if (entry->second.node_uuid == node.uuid()) {
      entry->second.index = i;
    } else {
      contest(node, i, before);
    }
  }
}

// Another node reports the domain too. During a migration both do; it belongs to the node where it started to run last.
// A node that is seen for the first time has no observed start, unless libvirt says that the domain has just arrived.
void Cluster::contest(const Node& node, std::size_t index, const NodeSnapshot* before) {
  const DomainSample& domain = node.snapshot->domains[index];
  Place& place = places_[domain.uuid];
  auto& others = elsewhere_[domain.uuid];
  const auto mine = others.find(node.uuid());
  const bool was_here = before != nullptr && mine != others.end() && mine->second < before->domains.size() &&
                        before->domains[mine->second].uuid == domain.uuid;
  const bool ran_here = was_here && is_running(before->domains[mine->second]);
  others[node.uuid()] = index;
  if (!is_running(domain)) return;
  const DomainRef there = domain_at(domain.uuid, place);
  if (there && is_running(*there.domain)) {
    const bool came = domain.state_reason == "migrated" && node.taken_at() > there.node->taken_at();
    const bool began_here = before == nullptr ? came : !ran_here;
    if (!began_here) return;
  }
  if (there) drop_name(*there.domain);
  others.erase(node.uuid());
  others[place.node_uuid] = place.index;
  place = {node.uuid(), index};
  index_name(domain);
}

void Cluster::drop_domains(const NodeSnapshot& before, const NodeSnapshot* now) {
  if (now != nullptr && same_domains(before, *now)) return;
  std::unordered_map<std::string_view, const DomainSample*> still_there;
  if (now != nullptr)
    for (const DomainSample& domain : now->domains) still_there.emplace(domain.uuid, &domain);
  for (const DomainSample& domain : before.domains) {
    const auto found = still_there.find(domain.uuid);
    if (found == still_there.end()) {
      drop_domain(domain, before.node.uuid);
      continue;
    }
    const auto place = places_.find(domain.uuid);
    if (found->second->name == domain.name || place->second.node_uuid != before.node.uuid) continue;
    drop_name(domain);
    index_name(*found->second);
  }
}

// The node no longer reports the domain. If another node does, it belongs there.
void Cluster::drop_domain(const DomainSample& domain, const std::string& node_uuid) {
  const std::string& uuid = domain.uuid;
  const auto place = places_.find(uuid);
  const auto others = elsewhere_.find(uuid);
  if (others != elsewhere_.end()) others->second.erase(node_uuid);
  if (place != places_.end() && place->second.node_uuid == node_uuid) {
    drop_name(domain);
    if (others == elsewhere_.end() || others->second.empty()) {
      places_.erase(place);
    } else {
      const auto runs_at = [&](const auto& other) {
        const DomainRef there = domain_at(uuid, {other.first, other.second});
        return there && is_running(*there.domain);
      };
      const auto running = std::find_if(others->second.begin(), others->second.end(), runs_at);
      const auto heir = running != others->second.end() ? running : others->second.begin();
      place->second = {heir->first, heir->second};
      others->second.erase(heir);
      if (const DomainRef there = domain_at(uuid, place->second)) index_name(*there.domain);
    }
  }
  if (others != elsewhere_.end() && others->second.empty()) elsewhere_.erase(others);
}

void Cluster::index_name(const DomainSample& domain) {
  auto& uuids = uuids_named_[domain.name];
  if (std::find(uuids.begin(), uuids.end(), domain.uuid) == uuids.end()) uuids.push_back(domain.uuid);
}

void Cluster::drop_name(const DomainSample& domain) {
  const auto named = uuids_named_.find(domain.name);
  if (named == uuids_named_.end()) return;
  std::erase(named->second, domain.uuid);
  if (named->second.empty()) uuids_named_.erase(named);
}

void Cluster::set_draining(std::set<std::string> uuids) {
  draining_ = std::move(uuids);
  for (auto& [uuid, node] : nodes_) node.drain_requested = draining_.contains(uuid);
}

void Cluster::set_aside(const std::set<std::string>& uuids) {
  for (auto& [uuid, node] : nodes_) node.set_aside = uuids.contains(uuid);
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
  const auto place = places_.find(uuid);
  return place == places_.end() ? DomainRef{} : domain_at(uuid, place->second);
}

std::vector<DomainRef> Cluster::find_running(const std::string& uuid) const {
  std::vector<DomainRef> found;
  const auto add = [&](const DomainRef& domain) {
    if (domain && is_running(*domain.domain)) found.push_back(domain);
  };
  add(find_domain(uuid));
  const auto others = elsewhere_.find(uuid);
  if (others == elsewhere_.end()) return found;
  for (const auto& [other, index] : others->second) add(domain_at(uuid, {other, index}));
  return found;
}

std::vector<DomainRef> Cluster::find_domains_by_name(std::string_view name) const {
  std::vector<DomainRef> found;
  const auto uuids = uuids_named_.find(std::string(name));
  if (uuids == uuids_named_.end()) return found;
  for (const std::string& uuid : uuids->second) {
    const DomainRef domain = find_domain(uuid);
    if (domain && domain.domain->name == name) found.push_back(domain);
  }
  std::sort(found.begin(), found.end(),
            [](const DomainRef& a, const DomainRef& b) { return a.node->uuid() < b.node->uuid(); });
  return found;
}

bool Cluster::belongs_here(const Node& node, const DomainSample& domain) const {
  const auto place = places_.find(domain.uuid);
  return place != places_.end() && place->second.node_uuid == node.uuid();
}

Milliseconds age(const Node& node, WallTime now) { return std::max(now - node.taken_at(), Milliseconds(0)); }

bool is_stale(const Node& node, WallTime now, const Freshness& freshness) {
  if (node.set_aside) return true;
  // Our clock was set back: the snapshot's age cannot be known.
  if (node.taken_at() > now + freshness.max_clock_skew) return true;
  return age(node, now) > max_age(node.cadence, freshness);
}

bool is_running(const DomainSample& domain) {
  return domain.state == telemetry::DomainState::kRunning || domain.state == telemetry::DomainState::kBlocked;
}

}  // namespace hotspot::model
