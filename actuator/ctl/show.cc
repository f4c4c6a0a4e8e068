#include "actuator/ctl/show.h"

#include <cstdio>

#include "actuator/ctl/facts.h"
#include "actuator/ctl/inventory.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/status_record.h"
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

bool has_label(const Json& firing, const char* label, const std::string& value) {
  return word_at(firing.value("labels", Json::object()), label) == value;
}

// Adds what the leader knows about a node or a domain, in fields common to both.
void add_common(const StatusRecord& record, const char* label, Json& thing) {
  const std::string name = word_at(thing, "name"), uuid = word_at(thing, "uuid");
  thing["firings"] = those_of(record.list("firings"), [&](const Json& one) { return has_label(one, label, name); });
  thing["holds"] = those_of(record.list("holds"), [&](const Json& one) {
    return word_at(one, "on") == "cluster" || (word_at(one, "on") == label && word_at(one, "uuid") == uuid);
  });
  const std::string field = std::string(label) + "_uuid";
  thing["in_flight"] =
      those_of(record.list("in_flight"), [&](const Json& one) { return word_at(one, field.c_str()) == uuid; });
}

void show_common(const Json& thing) {
  for (const Json& firing : thing.at("firings")) fact("rule", firing_text(firing));
  for (const Json& action : thing.at("in_flight")) fact("in flight", in_flight_text(action));
  for (const Json& hold : thing.at("holds"))
    is_pause(hold) ? fact("PAUSED", pause_text(hold)) : fact("held", hold_text(hold));
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

void show_node(Session& session, const Json& node) {
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
  for (const Json& one : node.at("connection_troubles"))
    fact("no libvirt", word_at(one, "problem") + ", since " + time_cell(one.value("since", 0.0)));
  for (const Json& one : node.at("drains")) {
    fact("drain", "since " + time_cell(one.value("since", 0.0)) + ", by " + word_at(one, "owner") +
                      (word_at(one, "reason").empty() ? "" : ": " + word_at(one, "reason")));
    if (const std::string left = drain_left_text(one); !left.empty()) fact("", left);
  }
  if (!word_at(node, "comes_last").empty()) fact("last target", word_at(node, "comes_last"));
  for (const Json& one : node.at("refusals"))
    fact("refused",
         word_at(one, "domain") + " until " + time_cell(one.value("until", 0.0)) + ": " + word_at(one, "reason"));
  show_common(node);
}

void show_domain(Session& session, const Json& domain) {
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
  if (value("cooldown").is_object())
    fact("cooldown", "until " + time_cell(value("cooldown").value("until", 0.0)) + ", action " +
                         value("cooldown").value("repetitions", Json(0)).dump() + " of late");
  if (value("foreign_rest").is_object())
    fact("rests", "until " + time_cell(value("foreign_rest").value("until", 0.0)) + ": somebody else changed it (" +
                      word_at(value("foreign_rest"), "what") + ")");
  for (const Json& one : domain.at("refusals"))
    fact("refused", "by " + word_at(one, "target") + " until " + time_cell(one.value("until", 0.0)) + ": " +
                        word_at(one, "reason"));
  show_common(domain);
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
  const auto record = read_status(session);
  if (!record) return fail(record.error().message);
  const auto domains = all_domains(session);
  if (!domains) return fail(domains.error().message);
  Json node = called.front();
  const std::string name = word_at(node, "name"), uuid = word_at(node, "uuid");
  add_common(*record, "node", node);
  node["domain_names"] = Json::array();
  for (const Json& one : *domains)
    if (word_at(one, "node") == name) node["domain_names"].push_back(one.at("name"));
  node["drains"] = those_of(record->list("drains"), [&](const Json& one) { return word_at(one, "node") == name; });
  node["connection_troubles"] = those_of(record->object("connections").value("troubles", Json::array()),
                                         [&](const Json& one) { return word_at(one, "node_uuid") == uuid; });
  node["refusals"] = those_of(record->object("target_refusals").value("list", Json::array()),
                              [&](const Json& one) { return word_at(one, "target_uuid") == uuid; });
  session.format() == Format::kTable ? show_node(session, node) : put(session, node);
  return kDone;
}

int domain_show(Session& session, const std::string& word) {
  const auto domains = all_domains(session);
  if (!domains) return fail(domains.error().message);
  const Json called = those_called(*domains, word);
  if (called.empty()) return say_unknown(session, Noun::kDomain, word);
  if (called.size() > 1) return say_which("domain", word, called);
  const auto record = read_status(session);
  if (!record) return fail(record.error().message);
  Json domain = called.front();
  const std::string uuid = word_at(domain, "uuid");
  add_common(*record, "domain", domain);
  domain["cooldown"] = record->object("cooldowns").value(uuid, Json());
  domain["foreign_rest"] = record->object("foreign_rests").value(uuid, Json());
  domain["refusals"] = those_of(record->object("target_refusals").value("list", Json::array()),
                                [&](const Json& one) { return word_at(one, "domain_uuid") == uuid; });
  domain["actions"] = actions_of(session, uuid);
  session.format() == Format::kTable ? show_domain(session, domain) : put(session, domain);
  return kDone;
}

int hold_show(Session& session, const std::string& id) {
  const auto record = read_status(session);
  if (!record) return fail(record.error().message);
  for (const Json& hold : record->list("holds")) {
    if (word_at(hold, "id") != id) continue;
    if (session.format() != Format::kTable) return put(session, hold), kDone;
    fact("hold", id);
    fact("on", word_at(hold, "on") + " " + word_at(hold, "name") +
                   (word_at(hold, "uuid").empty() ? "" : " (" + word_at(hold, "uuid") + ")"));
    fact("by", word_at(hold, "owner"));
    fact("since", time_cell(hold.value("since", 0.0)));
    const Json until = hold.value("until", Json());
    fact("until", until.is_number() ? time_cell(until.get<double>()) : "it is removed");
    fact("reason", word_at(hold, "reason"));
    return kDone;
  }
  return say_unknown(session, Noun::kHold, id);
}

}  // namespace hotspot::ctl
