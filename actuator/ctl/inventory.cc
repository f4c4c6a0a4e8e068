#include "actuator/ctl/inventory.h"

#include <algorithm>
#include <map>
#include <set>

#include "actuator/ctl/admitted.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/status_record.h"
#include "actuator/model/cluster.h"
#include "actuator/model/load.h"
#include "actuator/record/admission.h"
#include "actuator/record/heard_node.h"
#include "common/text/secrets.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

// How far back to read: a node is shown as stale, not forgotten, while its last snapshot is still in the stream.
constexpr Milliseconds kWindow{std::chrono::hours(1)};

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
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

Result<model::Cluster> read_cluster(Session& session) {
  auto newest = newest_of_admitted(session, kWindow);
  if (!newest) return newest.error();
  model::Cluster cluster;
  model::Freshness lenient;  // old data are marked as stale, not refused
  lenient.max_clock_skew = Milliseconds(std::chrono::hours(24 * 365));
  for (ports::Arrival& arrival : newest->newest.snapshots) {
    cluster.apply(std::move(arrival.snapshot), arrival.received_at, lenient);
  }
  return cluster;
}

Json node_json(const Session& session, const model::Node& node) {
  const telemetry::NodeSample& sample = node.snapshot->node;
  const WallTime now = session.now();
  return {{"uuid", sample.uuid},
          {"name", sample.name},
          {"uri", text::without_passwords(sample.uri)},
          {"hypervisor", sample.hypervisor},
          {"cpus", sample.cpus},
          {"cpu_ratio", or_null(sample.cpu_ratio)},
          {"cpu_domains_ratio", or_null(sample.cpu_domains_ratio)},
          {"cpu_steal_ratio", or_null(sample.cpu_steal_ratio)},
          {"memory_bytes", sample.memory_bytes},
          {"memory_available_bytes", or_null(sample.memory_available_bytes)},
          {"memory_used_ratio", or_null(model::node_memory_used_ratio(sample))},
          {"net_used_ratio", or_null(model::node_net_used_ratio(sample))},
          {"volume", or_null(model::node_volume(sample))},
          {"domains", node.snapshot->domains.size()},
          {"taken_at", to_unix_seconds(node.taken_at())},
          {"age_seconds", to_seconds(model::age(node, now))},
          {"stale", model::is_stale(node, now, session.config().freshness)}};
}

// Adds admitted nodes that sent nothing for an hour; the daemon may know when they last did.
Result<void> add_silent_nodes(Session& session, const record::HeardNodes& heard, Json& nodes) {
  const auto registry = session.redis().registry();
  if (!registry) return registry.error();
  std::set<std::string> shown;
  for (const Json& node : nodes) shown.insert(node.at("name").get<std::string>());
  for (const auto& [id, node] : registry->nodes) {
    if (shown.contains(node.name)) continue;
    const auto known = heard.find(node.host_uuid);
    const double at = known != heard.end() ? to_unix_seconds(known->second.last_snapshot_at) : 0;
    nodes.push_back({{"uuid", node.host_uuid},
                     {"name", node.name},
                     {"uri", text::without_passwords(node.uri)},
                     {"taken_at", at > 0 ? Json(at) : Json(nullptr)},
                     {"age_seconds", at > 0 ? Json(session.now_seconds() - at) : Json(nullptr)},
                     {"stale", true}});
  }
  return {};
}

// Adds the leader's view of each admitted node: whether it counts, and if not, why.
void add_standings(const record::Admission& admission, Json& nodes) {
  for (Json& node : nodes) {
    const record::AdmittedNode* found = admission.find(node.at("name").get<std::string>());
    node["standing"] = found != nullptr ? found->standing : "unproven";
    node["why"] = found != nullptr ? found->why : "no hotspotd has said anything of it yet";
  }
}

// What the leader knows about nodes beside its status; what it did not write, or nobody can read, is empty.
struct LeadersNodes {
  record::HeardNodes heard;
  record::Admission admission;
};

Result<LeadersNodes> read_leaders_nodes(Session& session) {
  const auto fields = session.redis().state();
  if (!fields) return fields.error();
  LeadersNodes nodes;
  if (const auto field = fields->find(record::kHeardNodesField); field != fields->end())
    nodes.heard = record::heard_nodes_from_json(field->second);
  if (const auto field = fields->find(record::kAdmissionField); field != fields->end())
    if (auto admission = record::admission_from_json(field->second)) nodes.admission = std::move(*admission);
  return nodes;
}

std::string data_cell(const Json& node) {
  const std::string standing = node.at("standing");
  return standing != "proven" ? standing : node.at("stale").get<bool>() ? "stale" : "fresh";
}

std::string age_text(Session& session, const Json& taken_at) {
  return taken_at.is_number() ? ago_cell(taken_at.get<double>(), session.now_seconds()) : "";
}

Json domain_json(const model::Cluster& cluster, const model::Node& node, const model::DomainSample& domain) {
  return {
      {"uuid", domain.uuid},
      {"name", domain.name},
      {"node", node.name()},
      {"state", telemetry::to_string(domain.state)},
      {"belongs_here", cluster.belongs_here(node, domain)},
      {"vcpus", or_null(domain.vcpus)},
      {"vcpus_max", or_null(domain.vcpus_max)},
      {"cpu_ratio", or_null(domain.cpu_ratio)},
      {"cpu_steal_ratio", or_null(domain.cpu_steal_ratio)},
      {"memory_balloon_bytes", or_null(domain.memory_balloon_bytes)},
      {"memory_balloon_max_bytes", or_null(domain.memory_balloon_max_bytes)},
      {"memory_used_ratio", or_null(model::domain_memory_used_ratio(domain))},
      {"memory_available_bytes", or_null(domain.memory_available_bytes)},
      {"memory_usable_bytes", or_null(domain.memory_usable_bytes)},
      {"memory_rss_bytes", or_null(domain.memory_rss_bytes)},
      {"disk_bytes_per_second", or_null(rate_of(domain.disks, &telemetry::DiskSample::read_bytes_per_second,
                                                &telemetry::DiskSample::write_bytes_per_second))},
      {"net_bytes_per_second", or_null(rate_of(domain.interfaces, &telemetry::InterfaceSample::receive_bytes_per_second,
                                               &telemetry::InterfaceSample::transmit_bytes_per_second))},
      {"migration_obstacles", domain.migration_obstacles},
      {"job_active", domain.job_active},
      {"taken_at", to_unix_seconds(node.taken_at())}};
}

Json cell(const Json& row, const char* name) { return row.contains(name) ? row.at(name) : Json(nullptr); }

// Why hotspotd has no connection to a node's libvirt: UUID → reason.
std::map<std::string, std::string> without_libvirt(const record::Status& status) {
  std::map<std::string, std::string> all;
  if (!status.connections) return all;
  for (const record::Status::Cut& one : status.connections->troubles) all[one.node_uuid] = one.problem;
  return all;
}

std::string word_of(const std::map<std::string, std::string>& words, const std::string& name) {
  const auto found = words.find(name);
  return found != words.end() ? found->second : std::string();
}

// Prints below the table why nodes cannot be acted upon: it is too long for a column.
void say_troubles(const Json& nodes) {
  constexpr std::size_t kSaid = 10;
  std::size_t said = 0;
  for (const Json& node : nodes) {
    const std::string standing = node.at("standing"), problem = node.value("libvirt_problem", "");
    const std::string why = standing == "proven" ? problem : node.value("why", "");
    if (why.empty()) continue;
    if (++said > kSaid) return void(fail("and other nodes; see hotspotctl -o json node list"));
    fail(node.at("name").get<std::string>() +
         (standing == "proven" ? ": no connection to its libvirt: " : " does not count: ") + why);
  }
}

Result<Json> nodes_of(Session& session, const model::Cluster& cluster) {
  Json nodes = Json::array();
  const std::set<std::string> drained = drained_nodes(session);
  const auto record = read_status(session);
  if (!record) return record.error();
  const record::Status& status = record->status;
  const auto cut_off = without_libvirt(status);
  for (const auto& [uuid, node] : cluster.nodes()) {
    nodes.push_back(node_json(session, node));
    nodes.back()["drain_requested"] = drained.contains(uuid);
    nodes.back()["comes_last"] = word_of(status.target_refusals.distrusted_nodes, uuid);
    nodes.back()["libvirt_problem"] = word_of(cut_off, uuid);
  }
  const auto known = read_leaders_nodes(session);
  if (!known) return known.error();
  if (const auto added = add_silent_nodes(session, known->heard, nodes); !added) return added.error();
  add_standings(known->admission, nodes);
  return nodes;
}

Json domains_of(const Session& session, const model::Cluster& cluster) {
  Json domains = Json::array();
  for (const auto& [uuid, node] : cluster.nodes()) {
    const bool stale = model::is_stale(node, session.now(), session.config().freshness);
    for (const model::DomainSample& domain : node.snapshot->domains) {
      domains.push_back(domain_json(cluster, node, domain));
      domains.back()["stale"] = stale;
    }
  }
  return domains;
}

}  // namespace

Result<Json> all_nodes(Session& session) {
  const auto cluster = read_cluster(session);
  if (!cluster) return cluster.error();
  return nodes_of(session, *cluster);
}

Result<Json> all_domains(Session& session) {
  const auto cluster = read_cluster(session);
  if (!cluster) return cluster.error();
  return domains_of(session, *cluster);
}

Result<Inventory> read_inventory(Session& session) {
  const auto cluster = read_cluster(session);
  if (!cluster) return cluster.error();
  auto nodes = nodes_of(session, *cluster);
  if (!nodes) return nodes.error();
  return Inventory{.nodes = std::move(*nodes), .domains = domains_of(session, *cluster)};
}

int node_list(Session& session) {
  const auto read = all_nodes(session);
  if (!read) return fail(read.error().message);
  const Json& nodes = *read;
  const auto known = read_leaders_nodes(session);
  if (!known) return fail(known.error().message);
  const std::size_t waiting = known->admission.waiting.size();
  if (waiting > 0)
    fail(std::to_string(waiting) + (waiting == 1 ? " node waits" : " nodes wait") +
         " to be admitted: hotspotctl node list --waiting");
  say_troubles(nodes);
  Rows rows;
  for (const Json& node : nodes) {
    rows.push_back({text_cell(node.at("name")), data_cell(node), age_text(session, node.at("taken_at")),
                    text_cell(cell(node, "cpus")), ratio_cell(cell(node, "cpu_ratio")),
                    ratio_cell(cell(node, "cpu_domains_ratio")), bytes_cell(cell(node, "memory_bytes")),
                    ratio_cell(cell(node, "memory_used_ratio")), text_cell(cell(node, "domains")),
                    node.value("drain_requested", false)   ? "drain"
                    : node.value("comes_last", "").empty() ? ""
                                                           : "last",
                    text_cell(node.at("uri"))});
  }
  return session.show({{"NODE"},
                       {"DATA", false, Give::kNever, true},
                       {"AGE", true, Give::kDropLast},
                       {"CPUS", true, Give::kDrop},
                       {"CPU", true},
                       {"CPU DOMAINS", true, Give::kDrop},
                       {"MEMORY", true, Give::kDropLast},
                       {"USED", true},
                       {"DOMAINS", true, Give::kDropLast},
                       {"", false, Give::kNever, true},
                       {"URI", false, Give::kDropFirst}},
                      rows, nodes, "no nodes: none is admitted (hotspotctl node list --waiting shows those that wait)");
}

int domain_list(Session& session, const std::string& only_node) {
  const auto known = known_names(session, Noun::kNode);
  if (!known) return fail(known.error().message);
  const auto is_meant = [&](const KnownName& node) { return node.name == only_node || node.uuid == only_node; };
  const auto node = std::find_if(known->begin(), known->end(), is_meant);
  if (!only_node.empty() && node == known->end()) return say_unknown(session, Noun::kNode, only_node);
  const auto all = all_domains(session);
  if (!all) return fail(all.error().message);
  Json domains = Json::array();
  Rows rows;
  for (const Json& row : *all) {
    if (!only_node.empty() && row.at("node") != node->name) continue;
    rows.push_back({text_cell(row["name"]), text_cell(row["node"]),
                    text_cell(row["state"]) + (row.at("stale").get<bool>() ? " (stale)" : ""),
                    text_cell(row["vcpus"]) + "/" + text_cell(row["vcpus_max"]), ratio_cell(row["cpu_ratio"]),
                    ratio_cell(row["cpu_steal_ratio"]), bytes_cell(row["memory_balloon_bytes"]),
                    bytes_cell(row["memory_balloon_max_bytes"]), ratio_cell(row["memory_used_ratio"]),
                    text_cell(row["uuid"])});
    domains.push_back(row);
  }
  return session.show({{"DOMAIN"},
                       {"NODE"},
                       {"STATE", false, Give::kNever, true},
                       {"VCPUS", true, Give::kDropLast},
                       {"CPU", true},
                       {"STEAL", true, Give::kDrop},
                       {"BALLOON", true, Give::kDropLast},
                       {"MAX", true, Give::kDrop},
                       {"USED", true},
                       {"UUID", false, Give::kDropFirst}},
                      rows, domains,
                      only_node.empty() ? "no domains: no admitted node has sent one within the last hour"
                                        : "no domains on " + only_node);
}

}  // namespace hotspot::ctl
