#include "actuator/ctl/show.h"

#include <cstdio>

#include "actuator/client/status_record.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/inventory.h"
#include "actuator/ctl/known_names.h"
#include "actuator/record/status_json.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLookedThroughEntries = 2000;
constexpr std::size_t kListedActions = 5;

template <typename Wanted>
Json those_of(const Json& list, const Wanted& wanted) {
  Json some = Json::array();
  for (const Json& one : list)
    if (one.is_object() && wanted(one)) some.push_back(one);
  return some;
}

std::string word_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What the leader knows about a node or a domain.
struct Leaders {
  std::vector<record::Status::Firing> firings;
  std::vector<record::Status::InFlight> in_flight;
  std::vector<record::Status::Hold> holds;
  std::vector<record::Status::TargetRefusal> refusals;
  std::vector<record::Status::Drain> drains;  // of a node, as the next
  std::vector<record::Status::Cut> troubles;
  std::optional<record::Status::Cooldown> cooldown;  // of a domain, as the next
  std::optional<record::Status::Rest> rest;
};

template <typename T, typename Wanted>
std::vector<T> some_of(const std::vector<T>& all, const Wanted& wanted) {
  std::vector<T> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), wanted);
  return some;
}

template <typename T>
std::optional<T> one_of(const std::map<std::string, T>& all, const std::string& uuid) {
  const auto found = all.find(uuid);
  return found != all.end() ? std::optional(found->second) : std::nullopt;
}

template <typename T>
Json list_of(const std::vector<T>& all) {
  Json list = Json::array();
  for (const T& one : all) list.push_back(record::json_of(one));
  return list;
}

// What the leader knows about a node or a domain, in fields common to both.
Leaders common(const record::Status& status, const std::string& label, const Json& thing) {
  const std::string name = word_at(thing, "name"), uuid = word_at(thing, "uuid");
  const auto is_held = [&](const auto& one) { return one.on == "cluster" || (one.on == label && one.uuid == uuid); };
  Leaders found;
  found.firings = some_of(status.firings, [&](const auto& one) { return one.label(label) == name; });
  found.holds = some_of(status.holds, is_held);
  found.in_flight = some_of(status.in_flight, [&](const record::Status::InFlight& one) {
    return (label == "node" ? one.action.node_uuid : one.action.domain_uuid) == uuid;
  });
  return found;
}

void add_common(const Leaders& found, Json& thing) {
  thing["firings"] = list_of(found.firings);
  thing["holds"] = list_of(found.holds);
  thing["in_flight"] = list_of(found.in_flight);
  thing["refusals"] = list_of(found.refusals);
}

void show_common(const Leaders& found) {
  for (const record::Status::Firing& firing : found.firings) fact("rule", firing_text(firing));
  for (const record::Status::InFlight& action : found.in_flight) fact("in flight", in_flight_text(action));
  for (const record::Status::Hold& hold : found.holds)
    client::is_pause(hold) ? fact("PAUSED", pause_text(hold)) : fact("held", hold_text(hold));
}

std::string age_of(Session& session, const Json& thing) {
  const Json at = thing.value("taken_at", Json());
  return at.is_number() ? ago_cell(at.get<double>(), session.now_seconds()) + " old" : "none within the last hour";
}

std::string range(const Json& now, const Json& most) { return text_cell(now) + " of " + text_cell(most); }

// The newest actions on a domain, from the journal.
Json actions_of(Session& session, const std::string& uuid) {
  Json actions = Json::array();
  const auto entries = session.redis().newest_entries(kLookedThroughEntries);
  if (!entries) return actions;
  std::map<std::string, std::string> seen;
  for (auto entry = entries->rbegin(); entry != entries->rend() && actions.size() < kListedActions; ++entry) {
    if (entry->action.domain_uuid != uuid || !seen.emplace(entry->action.id, "").second) continue;
    actions.push_back({{"id", entry->action.id},
                       {"state", model::to_string(entry->state)},
                       {"step", model::describe(entry->action.step)},
                       {"node", entry->action.node_name},
                       {"at", to_unix_seconds(entry->at)},
                       {"message", entry->message}});
  }
  return actions;
}

void show_node(Session& session, const Json& node, const Leaders& found) {
  const auto value = [&](const char* name) { return node.value(name, Json()); };
  fact("node", word_at(node, "name") + " (" + word_at(node, "uuid") + ")");
  fact("standing", word_at(node, "standing") + (word_at(node, "why").empty() ? "" : ": " + word_at(node, "why")));
  fact("uri", word_at(node, "uri"));
  fact("snapshot", age_of(session, node) + (node.value("stale", true) ? ", stale: it counts for nothing now" : ""));
  fact("cpu", ratio_cell(value("cpu_ratio")) + " of " + text_cell(value("cpus")) + " CPUs, its domains " +
                  ratio_cell(value("cpu_domains_ratio")));
  fact("memory", ratio_cell(value("memory_used_ratio")) + " of " + bytes_cell(value("memory_bytes")) + ", " +
                     bytes_cell(value("memory_available_bytes")) + " available");
  std::string names;
  for (const Json& one : node.at("domain_names")) names += (names.empty() ? "" : ", ") + one.get<std::string>();
  fact("domains", std::to_string(node.at("domain_names").size()) + (names.empty() ? "" : ": " + names));
  for (const record::Status::Cut& one : found.troubles)
    fact("no libvirt", one.problem + ", since " + time_cell(one.since));
  for (const record::Status::Drain& one : found.drains) {
    fact("drain",
         "since " + time_cell(one.since) + ", by " + one.owner + (one.reason.empty() ? "" : ": " + one.reason));
    if (const std::string left = drain_left_text(one); !left.empty()) fact("", left);
  }
  if (!word_at(node, "comes_last").empty()) fact("last target", word_at(node, "comes_last"));
  for (const record::Status::TargetRefusal& one : found.refusals)
    fact("refused", one.domain + " until " + time_cell(one.until) + ": " + one.reason);
  show_common(found);
}

void show_domain(Session& session, const Json& domain, const Leaders& found) {
  const auto value = [&](const char* name) { return domain.value(name, Json()); };
  fact("domain", word_at(domain, "name") + " (" + word_at(domain, "uuid") + ")");
  fact("state", word_at(domain, "state") + " on " + word_at(domain, "node"));
  fact("snapshot", age_of(session, domain) + (domain.value("stale", true) ? ", stale: it counts for nothing now" : ""));
  fact("vcpus", range(value("vcpus"), value("vcpus_max")) + ", used " + ratio_cell(value("cpu_ratio")) + ", stolen " +
                    ratio_cell(value("cpu_steal_ratio")));
  fact("memory", bytes_cell(value("memory_balloon_bytes")) + " of " + bytes_cell(value("memory_balloon_max_bytes")) +
                     ", used " + ratio_cell(value("memory_used_ratio")) + ", resident " +
                     bytes_cell(value("memory_rss_bytes")));
  for (const Json& one : value("migration_obstacles")) fact("cannot move", text_cell(one));
  if (found.cooldown)
    fact("cooldown", "until " + time_cell(found.cooldown->until) + ", action " +
                         std::to_string(found.cooldown->repetitions) + " of late");
  if (found.rest)
    fact("rests", "until " + time_cell(found.rest->until) + ": somebody else changed it (" + found.rest->what + ")");
  for (const record::Status::TargetRefusal& one : found.refusals)
    fact("refused", "by " + one.target + " until " + time_cell(one.until) + ": " + one.reason);
  show_common(found);
  for (const Json& one : domain.at("actions"))
    fact("action", word_at(one, "state") + "  " + word_at(one, "step") + " at " + time_cell(one.value("at", 0.0)) +
                       " (" + word_at(one, "id") + ")" +
                       (word_at(one, "message").empty() ? "" : ": " + word_at(one, "message")));
}

Json those_called(const Json& all, const std::string& word) {
  return those_of(all, [&](const Json& one) { return word_at(one, "name") == word || word_at(one, "uuid") == word; });
}

int say_which(const char* noun, const std::string& word, const Json& several) {
  std::string text =
      "several " + std::string(noun) + "s are called '" + text::visible(word) + "'; say which by its UUID:";
  for (const Json& one : several)
    text += "\n  " + word_at(one, "uuid") +
            (word_at(one, "node").empty() ? "" : " on " + text::visible(word_at(one, "node")));
  return fail(text);
}

void put(const Session& session, const Json& json) { std::fputs(to_text(json, session.format()).c_str(), stdout); }

}  // namespace

int node_show(Session& session, const std::string& word) {
  const auto nodes = all_nodes(session);
  if (!nodes) return fail(nodes.error().message);
  const Json called = those_called(*nodes, word);
  if (called.empty()) return say_unknown(session, Noun::kNode, word);
  if (called.size() > 1) return say_which("node", word, called);
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  const auto domains = all_domains(session);
  if (!domains) return fail(domains.error().message);
  Json node = called.front();
  const std::string name = word_at(node, "name"), uuid = word_at(node, "uuid");
  node["domain_names"] = Json::array();
  for (const Json& one : *domains)
    if (word_at(one, "node") == name) node["domain_names"].push_back(one.at("name"));
  const record::Status& status = record->status;
  Leaders found = common(status, "node", node);
  found.refusals = some_of(status.target_refusals.list, [&](const auto& one) { return one.target_uuid == uuid; });
  found.drains = some_of(status.drains, [&](const auto& one) { return one.node == name; });
  if (status.connections)
    found.troubles = some_of(status.connections->troubles, [&](const auto& one) { return one.node_uuid == uuid; });
  add_common(found, node);
  node["drains"] = list_of(found.drains);
  node["connection_troubles"] = list_of(found.troubles);
  session.format() == Format::kTable ? show_node(session, node, found) : put(session, node);
  return kDone;
}

int domain_show(Session& session, const std::string& word) {
  const auto domains = all_domains(session);
  if (!domains) return fail(domains.error().message);
  const Json called = those_called(*domains, word);
  if (called.empty()) return say_unknown(session, Noun::kDomain, word);
  if (called.size() > 1) return say_which("domain", word, called);
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  Json domain = called.front();
  const std::string uuid = word_at(domain, "uuid");
  const record::Status& status = record->status;
  Leaders found = common(status, "domain", domain);
  found.refusals = some_of(status.target_refusals.list, [&](const auto& one) { return one.domain_uuid == uuid; });
  found.cooldown = one_of(status.cooldowns, uuid);
  found.rest = one_of(status.foreign_rests, uuid);
  add_common(found, domain);
  domain["cooldown"] = found.cooldown ? record::json_of(*found.cooldown) : Json();
  domain["foreign_rest"] = found.rest ? record::json_of(*found.rest) : Json();
  domain["actions"] = actions_of(session, uuid);
  session.format() == Format::kTable ? show_domain(session, domain, found) : put(session, domain);
  return kDone;
}

int hold_show(Session& session, const std::string& id) {
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  for (const record::Status::Hold& hold : record->status.holds) {
    if (hold.id != id) continue;
    if (session.format() != Format::kTable) return put(session, record::json_of(hold)), kDone;
    fact("hold", id);
    fact("on", hold.on + " " + hold.name + (hold.uuid.empty() ? "" : " (" + hold.uuid + ")"));
    fact("by", hold.owner);
    fact("since", time_cell(hold.since));
    fact("until", hold.until ? time_cell(*hold.until) : "it is removed");
    fact("reason", hold.reason);
    return kDone;
  }
  return say_unknown(session, Noun::kHold, id);
}

}  // namespace hotspot::ctl
