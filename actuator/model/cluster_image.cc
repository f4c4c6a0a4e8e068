#include "actuator/model/cluster_image.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hotspot::model {
namespace {

// Nothing is refused here for its times: somebody has taken it before.
constexpr Freshness kAnyTime{.max_age_intervals = 3,
                             .min_max_age = Milliseconds(3000),
                             .max_clock_skew = std::chrono::hours(24 * 365 * 100),
                             .max_interval = std::chrono::hours(24)};

using Uuids = std::set<std::string>;  // UUIDs

// What the node reported before, as far as it matters: that the domains which others report too ran there, and that
// those which belong there had just arrived.
NodeSnapshot before(const NodeSnapshot& snapshot, const Owners& owners) {
  NodeSnapshot earlier;
  earlier.node.uuid = snapshot.node.uuid;
  earlier.node.name = snapshot.node.name;
  for (const DomainSample& domain : snapshot.domains) {
    const auto owner = owners.find(domain.uuid);
    if (owner == owners.end()) continue;
    DomainSample told;
    told.uuid = domain.uuid;
    told.name = domain.name;
    told.state = telemetry::DomainState::kRunning;
    if (owner->second == snapshot.node.uuid) told.state_reason = "migrated";
    earlier.domains.push_back(std::move(told));
  }
  return earlier;
}

// Snapshots of the node in these gaps, up to the one that it is about. The first of them, and one after a gap that is
// not counted, arrive together with the one before.
bool observe_gaps(Cluster& cluster, NodeSnapshot earlier, const ImagedNode& node) {
  Milliseconds left{0};
  for (const Milliseconds gap : node.image.gaps) left += gap;
  WallTime received{};
  for (std::size_t i = 0; i < node.image.gaps.size(); ++i) {
    earlier.taken_at = node.snapshot.taken_at - left;
    if (i > 0) received += node.image.gaps[i - 1];
    left -= node.image.gaps[i];
    if (cluster.apply(earlier, received, kAnyTime) != Ingest::kTaken) return false;
  }
  return true;
}

// The UUIDs of domains that do not run where they belong.
Uuids stopped_domains(const std::vector<ImagedNode>& nodes, const Owners& owners) {
  Uuids stopped;
  for (const ImagedNode& node : nodes)
    for (const DomainSample& domain : node.snapshot.domains) {
      const auto owner = owners.find(domain.uuid);
      if (owner != owners.end() && owner->second == node.snapshot.node.uuid && !is_running(domain))
        stopped.insert(domain.uuid);
    }
  return stopped;
}

// Where a domain belongs and no longer runs, that was told after another node had last said that it runs there:
// otherwise it would belong there. Node → the nodes after it.
std::map<std::string, Uuids> later_nodes(const std::vector<ImagedNode>& nodes, const Owners& owners) {
  const Uuids stopped = stopped_domains(nodes, owners);
  std::map<std::string, Uuids> later;
  for (const ImagedNode& node : nodes)
    for (const DomainSample& domain : node.snapshot.domains)
      if (stopped.contains(domain.uuid) && is_running(domain))
        later[node.snapshot.node.uuid].insert(owners.at(domain.uuid));
  return later;
}

// In an order in which they may have arrived. Nodes of a circle, which no order has, are left out.
std::vector<ImagedNode> as_arrived(std::vector<ImagedNode> nodes, const Owners& owners) {
  auto later = later_nodes(nodes, owners);
  std::vector<ImagedNode> ordered;
  for (std::size_t before = nodes.size() + 1; nodes.size() < before;) {
    before = nodes.size();
    Uuids waiting;
    for (const auto& [uuid, after] : later) waiting.insert(after.begin(), after.end());
    std::vector<ImagedNode> left;
    for (ImagedNode& node : nodes) {
      const bool waits = waiting.contains(node.snapshot.node.uuid);
      if (!waits) later.erase(node.snapshot.node.uuid);
      (waits ? left : ordered).push_back(std::move(node));
    }
    nodes = std::move(left);
  }
  return ordered;
}

Milliseconds sum_of(const std::vector<Milliseconds>& gaps) {
  Milliseconds sum{0};
  for (const Milliseconds gap : gaps) sum += gap;
  return sum;
}

bool possible(const ImagedNode& node) {
  const auto& gaps = node.image.gaps;
  return gaps.size() <= Cadence::kGaps &&
         std::all_of(gaps.begin(), gaps.end(), [](Milliseconds gap) { return gap > Milliseconds(0); }) &&
         node.snapshot.taken_at - sum_of(gaps) > from_unix_ms(1'000'000);
}

}  // namespace

NodeImage image_of(const Node& node) {
  const auto used = static_cast<std::ptrdiff_t>(std::min(node.cadence.seen, Cadence::kGaps));
  NodeImage image{.gaps = {node.cadence.gaps.begin(), node.cadence.gaps.begin() + used},
                  .drain_requested = node.drain_requested,
                  .set_aside = node.set_aside};
  std::sort(image.gaps.begin(), image.gaps.end());
  return image;
}

Owners owners_of(const Cluster& cluster) {
  Owners owners;
  for (const auto& [uuid, others] : cluster.reported_elsewhere())
    if (const DomainRef domain = cluster.find_domain(uuid)) owners[uuid] = domain.node->uuid();
  return owners;
}

Result<Cluster> rebuild(std::vector<ImagedNode> nodes, const Owners& owners) {
  Cluster cluster;
  std::set<std::string> draining, aside;
  WallTime first{};
  for (const ImagedNode& node : nodes) {
    const std::string& uuid = node.snapshot.node.uuid;
    if (cluster.find_node(uuid) != nullptr) return Error{"the node " + uuid + " is in it twice"};
    if (!possible(node)) return Error{"the times of the node " + uuid + " are not possible"};
    NodeSnapshot earlier = before(node.snapshot, owners);
    earlier.taken_at = first += Milliseconds(1);
    cluster.apply(std::move(earlier), WallTime{}, kAnyTime);
    if (node.image.drain_requested) draining.insert(uuid);
    if (node.image.set_aside) aside.insert(uuid);
  }
  for (const ImagedNode& node : nodes)
    if (!observe_gaps(cluster, before(node.snapshot, owners), node))
      return Error{"the times of the node " + node.snapshot.node.uuid + " are not possible"};
  const std::size_t count = nodes.size();
  nodes = as_arrived(std::move(nodes), owners);
  const Error wrong_owners{"where the domains that two nodes report belong cannot be restored"};
  if (nodes.size() < count) return wrong_owners;
  for (ImagedNode& node : nodes) {
    WallTime received{};
    if (!node.image.gaps.empty()) received += sum_of(node.image.gaps);
    if (cluster.apply(std::move(node.snapshot), received, kAnyTime) != Ingest::kTaken)
      return Error{"the times of the snapshots are not possible"};
  }
  cluster.set_draining(std::move(draining));
  cluster.set_aside(aside);
  if (owners_of(cluster) != owners) return wrong_owners;
  return cluster;
}

}  // namespace hotspot::model
