#include "actuator/client/inventory.h"

#include <algorithm>
#include <set>
#include <utility>

#include "actuator/client/admitted.h"
#include "actuator/client/status_record.h"
#include "actuator/model/load.h"
#include "actuator/record/admission.h"
#include "actuator/record/drain.h"
#include "actuator/record/heard_node.h"
#include "common/text/secrets.h"

namespace hotspot::client {
namespace {

// How far back to read: a node is shown as stale, not forgotten, while its last snapshot is still in the stream.
constexpr Milliseconds kWindow{std::chrono::hours(1)};

struct Seen {
  record::Registry registry;
  model::Cluster cluster;
};

Result<Seen> read_cluster(Connection& connection) {
  auto newest = newest_of_admitted(connection, kWindow);
  if (!newest) return newest.error();
  Seen seen;
  seen.registry = std::move(newest->registry);
  model::Freshness lenient;  // old data are marked as stale, not refused
  lenient.max_clock_skew = Milliseconds(std::chrono::hours(24 * 365));
  for (ports::Arrival& arrival : newest->newest.snapshots)
    seen.cluster.apply(std::move(arrival.snapshot), arrival.received_at, lenient);
  return seen;
}

// What the leader knows about nodes; what it did not write, or nobody can read, is empty.
class LeadersNodes {
 public:
  explicit LeadersNodes(const StatusRecord& record) : status_(record.status) {
    const auto text = [&](const char* field) {
      const auto found = record.fields.find(field);
      return found == record.fields.end() ? std::string() : found->second;
    };
    heard_ = record::heard_nodes_from_json(text(record::kHeardNodesField));
    if (auto admission = record::admission_from_json(text(record::kAdmissionField))) admission_ = std::move(*admission);
    auto drains = record::drains_from_json(text(record::kDrainsField));
    if (drains)
      drains_ = std::move(*drains);
    else
      remarks_.push_back("the nodes to drain: " + drains.error().message);
  }
  const std::vector<std::string>& remarks() const { return remarks_; }

  void tell(Node& node) const {
    const record::AdmittedNode* found = admission_.find(node.name);
    node.standing = found != nullptr ? found->standing : "unproven";
    node.why = found != nullptr ? found->why : "no hotspotd has said anything of it yet";
    node.drain_requested = drains_.contains(node.uuid);
    const auto& distrusted = status_.target_refusals.distrusted_nodes;
    if (const auto last = distrusted.find(node.uuid); last != distrusted.end()) node.comes_last = last->second;
    if (!status_.connections) return;
    for (const record::Status::Cut& one : status_.connections->troubles)
      if (one.node_uuid == node.uuid) node.libvirt_problem = one.problem;
  }

  std::optional<WallTime> last_heard(const std::string& uuid) const {
    const auto known = heard_.find(uuid);
    const bool is_known = known != heard_.end() && to_unix_ms(known->second.last_snapshot_at) > 0;
    return is_known ? std::optional(known->second.last_snapshot_at) : std::nullopt;
  }

 private:
  const record::Status& status_;
  record::HeardNodes heard_;
  record::Admission admission_;
  record::Drains drains_;
  std::vector<std::string> remarks_;
};

NodeLoad load_of(const model::Node& node) {
  const telemetry::NodeSample& sample = node.snapshot->node;
  return {.hypervisor = sample.hypervisor,
          .cpus = sample.cpus,
          .cpu_ratio = sample.cpu_ratio,
          .cpu_domains_ratio = sample.cpu_domains_ratio,
          .cpu_steal_ratio = sample.cpu_steal_ratio,
          .memory_bytes = sample.memory_bytes,
          .memory_available_bytes = sample.memory_available_bytes,
          .memory_used_ratio = model::node_memory_used_ratio(sample),
          .net_used_ratio = model::node_net_used_ratio(sample),
          .volume = model::node_volume(sample),
          .domains = node.snapshot->domains.size()};
}

Node node_of(const Connection& connection, const model::Node& node) {
  const WallTime now = connection.now();
  Node value;
  value.name = node.name();
  value.uuid = node.uuid();
  value.uri = text::without_passwords(node.snapshot->node.uri);
  value.load = load_of(node);
  value.taken_at = node.taken_at();
  value.age = model::age(node, now);
  value.stale = model::is_stale(node, now, connection.freshness());
  return value;
}

// An admitted node that sent nothing for an hour; the leader may know when it last did.
Node silent_node(const Connection& connection, const record::RegisteredNode& node, const LeadersNodes& leaders) {
  Node value;
  value.name = node.name;
  value.uuid = node.host_uuid;
  value.uri = text::without_passwords(node.uri);
  value.taken_at = leaders.last_heard(node.host_uuid);
  if (value.taken_at) value.age = connection.now() - *value.taken_at;
  return value;
}

Result<Inventory> nodes_of(Connection& connection, const Seen& seen) {
  const auto record = read_status(connection);
  if (!record) return record.error();
  const LeadersNodes leaders(*record);
  Inventory inventory;
  inventory.remarks = leaders.remarks();
  std::vector<Node>& nodes = inventory.nodes;
  std::set<std::string> shown;
  for (const auto& [uuid, node] : seen.cluster.nodes()) {
    shown.insert(node.name());
    nodes.push_back(node_of(connection, node));
  }
  for (const auto& [id, node] : seen.registry.nodes)
    if (!shown.contains(node.name)) nodes.push_back(silent_node(connection, node, leaders));
  for (Node& node : nodes) leaders.tell(node);
  return inventory;
}

// Over all devices, both directions; empty if none was measured.
template <typename Device, typename Field>
telemetry::Measured rate_of(const std::vector<Device>& devices, Field in, Field out) {
  telemetry::Measured sum;
  for (const Device& device : devices)
    for (const telemetry::Measured& one : {device.*in, device.*out})
      if (one) sum = sum.value_or(0) + *one;
  return sum;
}

Domain domain_of(const telemetry::DomainSample& sample) {
  using telemetry::DiskSample, telemetry::InterfaceSample;
  Domain value;
  value.name = sample.name;
  value.uuid = sample.uuid;
  value.state = telemetry::to_string(sample.state);
  value.vcpus = sample.vcpus;
  value.vcpus_max = sample.vcpus_max;
  value.cpu_ratio = sample.cpu_ratio;
  value.cpu_steal_ratio = sample.cpu_steal_ratio;
  value.memory_balloon_bytes = sample.memory_balloon_bytes;
  value.memory_balloon_max_bytes = sample.memory_balloon_max_bytes;
  value.memory_used_ratio = model::domain_memory_used_ratio(sample);
  value.memory_available_bytes = sample.memory_available_bytes;
  value.memory_usable_bytes = sample.memory_usable_bytes;
  value.memory_rss_bytes = sample.memory_rss_bytes;
  value.disk_bytes_per_second =
      rate_of(sample.disks, &DiskSample::read_bytes_per_second, &DiskSample::write_bytes_per_second);
  value.net_bytes_per_second = rate_of(sample.interfaces, &InterfaceSample::receive_bytes_per_second,
                                       &InterfaceSample::transmit_bytes_per_second);
  value.migration_obstacles = sample.migration_obstacles;
  value.job_active = sample.job_active;
  return value;
}

std::vector<Domain> domains_of(const Connection& connection, const model::Cluster& cluster) {
  std::vector<Domain> domains;
  for (const auto& [uuid, node] : cluster.nodes()) {
    const bool stale = model::is_stale(node, connection.now(), connection.freshness());
    for (const telemetry::DomainSample& sample : node.snapshot->domains) {
      Domain& domain = domains.emplace_back(domain_of(sample));
      domain.node = node.name();
      domain.belongs_here = cluster.belongs_here(node, sample);
      domain.stale = stale;
      domain.taken_at = node.taken_at();
    }
  }
  return domains;
}

}  // namespace

Result<Inventory> read_inventory(Connection& connection, Of of) {
  const auto seen = read_cluster(connection);
  if (!seen) return seen.error();
  auto inventory = of == Of::kDomains ? Result<Inventory>(Inventory()) : nodes_of(connection, *seen);
  if (inventory && of != Of::kNodes) inventory->domains = domains_of(connection, seen->cluster);
  return inventory;
}

}  // namespace hotspot::client
