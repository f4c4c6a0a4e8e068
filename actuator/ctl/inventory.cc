#include "actuator/ctl/inventory.h"

#include <algorithm>
#include <map>

#include "actuator/client/inventory.h"
#include "actuator/client/status_record.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/json_values.h"
#include "actuator/ctl/known_names.h"
#include "actuator/record/admission.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

// What only a node that sends has.
void add_load(const client::Node& node, const client::NodeLoad& load, Json& json) {
  json.update({{"hypervisor", load.hypervisor},
               {"cpus", load.cpus},
               {"cpu_ratio", or_null(load.cpu_ratio)},
               {"cpu_domains_ratio", or_null(load.cpu_domains_ratio)},
               {"cpu_steal_ratio", or_null(load.cpu_steal_ratio)},
               {"memory_bytes", load.memory_bytes},
               {"memory_available_bytes", or_null(load.memory_available_bytes)},
               {"memory_used_ratio", or_null(load.memory_used_ratio)},
               {"net_used_ratio", or_null(load.net_used_ratio)},
               {"volume", or_null(load.volume)},
               {"domains", load.domains},
               {"drain_requested", node.drain_requested},
               {"comes_last", node.comes_last},
               {"libvirt_problem", node.libvirt_problem}});
}

Json node_json(const client::Node& node) {
  Json json{{"uuid", node.uuid},
            {"name", node.name},
            {"uri", node.uri},
            {"taken_at", node.taken_at ? Json(to_unix_seconds(*node.taken_at)) : Json(nullptr)},
            {"age_seconds", node.age ? Json(to_seconds(*node.age)) : Json(nullptr)},
            {"stale", node.stale},
            {"standing", node.standing},
            {"why", node.why}};
  if (node.load) add_load(node, *node.load, json);
  return json;
}

Json domain_json(const client::Domain& domain) {
  return {{"uuid", domain.uuid},
          {"name", domain.name},
          {"node", domain.node},
          {"state", domain.state},
          {"belongs_here", domain.belongs_here},
          {"vcpus", or_null(domain.vcpus)},
          {"vcpus_max", or_null(domain.vcpus_max)},
          {"cpu_ratio", or_null(domain.cpu_ratio)},
          {"cpu_steal_ratio", or_null(domain.cpu_steal_ratio)},
          {"memory_balloon_bytes", or_null(domain.memory_balloon_bytes)},
          {"memory_balloon_max_bytes", or_null(domain.memory_balloon_max_bytes)},
          {"memory_used_ratio", or_null(domain.memory_used_ratio)},
          {"memory_available_bytes", or_null(domain.memory_available_bytes)},
          {"memory_usable_bytes", or_null(domain.memory_usable_bytes)},
          {"memory_rss_bytes", or_null(domain.memory_rss_bytes)},
          {"disk_bytes_per_second", or_null(domain.disk_bytes_per_second)},
          {"net_bytes_per_second", or_null(domain.net_bytes_per_second)},
          {"migration_obstacles", domain.migration_obstacles},
          {"job_active", domain.job_active},
          {"taken_at", to_unix_seconds(domain.taken_at)},
          {"stale", domain.stale}};
}

template <typename T>
Json list_of(const std::vector<T>& all, Json (*json_of)(const T&)) {
  Json list = Json::array();
  for (const T& one : all) list.push_back(json_of(one));
  return list;
}

Result<client::Inventory> read_and_tell(Session& session, client::Of of) {
  auto inventory = client::read_inventory(session.connection(), of);
  if (inventory)
    for (const std::string& remark : inventory->remarks) fail(remark);
  return inventory;
}

std::string data_cell(const Json& node) {
  const std::string standing = node.at("standing");
  return standing != "proven" ? standing : node.at("stale").get<bool>() ? "stale" : "fresh";
}

std::string age_text(Session& session, const Json& taken_at) {
  return taken_at.is_number() ? ago_cell(taken_at.get<double>(), session.now_seconds()) : "";
}

Json cell(const Json& row, const char* name) { return row.contains(name) ? row.at(name) : Json(nullptr); }

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

// How many nodes wait to be admitted, as the leader says.
Result<std::size_t> waiting_nodes(Session& session) {
  const auto fields = session.redis().state();
  if (!fields) return fields.error();
  const auto field = fields->find(record::kAdmissionField);
  const auto admission = record::admission_from_json(field != fields->end() ? field->second : "");
  return admission ? admission->waiting.size() : std::size_t{0};
}

}  // namespace

Result<Json> all_nodes(Session& session) {
  const auto inventory = read_and_tell(session, client::Of::kNodes);
  if (!inventory) return inventory.error();
  return list_of(inventory->nodes, node_json);
}

Result<Json> all_domains(Session& session) {
  const auto inventory = read_and_tell(session, client::Of::kDomains);
  if (!inventory) return inventory.error();
  return list_of(inventory->domains, domain_json);
}

Result<Inventory> read_inventory(Session& session) {
  const auto inventory = read_and_tell(session, client::Of::kBoth);
  if (!inventory) return inventory.error();
  return Inventory{.nodes = list_of(inventory->nodes, node_json), .domains = list_of(inventory->domains, domain_json)};
}

int node_list(Session& session) {
  const auto read = all_nodes(session);
  if (!read) return fail(read.error().message);
  const Json& nodes = *read;
  const auto waiting = waiting_nodes(session);
  if (!waiting) return fail(waiting.error().message);
  if (*waiting > 0)
    fail(std::to_string(*waiting) + (*waiting == 1 ? " node waits" : " nodes wait") +
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
