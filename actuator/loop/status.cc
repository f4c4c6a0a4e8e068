#include "actuator/loop/status.h"

#include "actuator/plan/drain_outlook.h"

#include <nlohmann/json.hpp>

#include "actuator/loop/steering_state.h"
#include "actuator/record/action_json.h"
#include "actuator/rules/engine/engine.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json json_of(const RulesStatus& rules) {
  return {{"fingerprint", rules.fingerprint},
          {"since", to_unix_seconds(rules.since)},
          {"files", rules.files},
          {"rules", rules.rules},
          {"last_reload_ok", rules.last_reload_ok},
          {"last_reload_at", to_unix_seconds(rules.last_reload_at)},
          {"last_reload_message", rules.last_reload_message}};
}

Json json_of(const std::optional<WallTime>& time) { return time ? Json(to_unix_seconds(*time)) : Json(nullptr); }

Json json_of(const WindowsStatus& windows) {
  Json list = Json::array();
  for (const rules::Window& window : windows.windows) {
    list.push_back({{"metric", window.metric},
                    {"reach_seconds", to_seconds(window.reach)},
                    {"tables", window.tables},
                    {"full", window.full},
                    {"since_all", json_of(window.since_all)},
                    {"since", json_of(window.since)}});
  }
  return {{"state", windows.state},
          {"message", windows.message},
          {"asked_at", json_of(windows.asked_at)},
          {"history_from", json_of(windows.history_from)},
          {"history_to", json_of(windows.history_to)},
          {"history_samples", windows.samples},
          {"list", list}};
}

Json json_of(const Intake& intake, WallTime now) {
  Json bad = Json::object();
  for (const auto& [fault, entry] : intake.bad()) {
    bad[fault] = {{"count", entry.count},
                  {"last_message", entry.last_message},
                  {"last_stream_id", entry.last_stream_id},
                  {"last_at", to_unix_seconds(entry.last_at)}};
  }
  return {{"nodes", intake.cluster().nodes().size()},
          {"stale_nodes", intake.stale_nodes(now)},
          {"snapshots", intake.counts()},
          {"bad_snapshots", bad}};
}

Json json_of(const DeskCounts& commands) {
  return {{"carried_out", commands.carried_out}, {"refused", commands.refused},
          {"too_old", commands.too_old},         {"of_the_future", commands.of_the_future},
          {"too_many", commands.too_many},       {"unanswered", commands.unanswered}};
}

Json json_of(const std::map<std::string, WatchedStream>& streams) {
  Json list = Json::array();
  for (const auto& [key, stream] : streams) {
    list.push_back({{"key", key},
                    {"last_id", stream.last_id},
                    {"last_at", to_unix_seconds(stream.last_at)},
                    {"mended", stream.mended},
                    {"lasts", stream.lasts},
                    {"times", stream.times},
                    {"lost", stream.lost}});
  }
  return list;
}

Json json_of(const rules::Firing& firing) {
  Json json = {{"rule", firing.rule == nullptr ? "" : firing.rule->name},
               {"phase", rules::to_string(firing.phase)},
               {"subject", rules::to_string(firing.subject.kind)},
               {"subject_key", firing.subject.key()},
               {"labels", firing.labels},
               {"annotations", firing.annotations},
               {"value", firing.value},
               {"held", firing.held},
               {"waits_for", firing.waits},
               {"fresh", firing.fresh},
               {"pending_since", to_unix_seconds(firing.pending_since)},
               {"first_sample_at", to_unix_seconds(firing.first_sample_at)}};
  if (firing.firing_since) json["firing_since"] = to_unix_seconds(*firing.firing_since);
  return json;
}

Json json_of(const std::vector<record::OnTwoNodes>& all) {
  Json list = Json::array();
  for (const record::OnTwoNodes& one : all) {
    Json nodes = Json::array();
    for (const record::OnTwoNodes::Place& place : one.places) nodes.push_back(place.node_name);
    list.push_back({{"domain", one.domain_name},
                    {"domain_uuid", one.domain_uuid},
                    {"nodes", nodes},
                    {"since", to_unix_seconds(one.since)},
                    {"certain", one.certain}});
  }
  return list;
}

// Of the nodes that come last for all, why; and what each target refused.
Json json_of(const plan::TargetRefusals& refusals, WallTime now) {
  Json list = Json::array(), distrusted = Json::object();
  for (const plan::TargetRefusal& one : refusals.all()) {
    list.push_back({{"domain", one.domain_name},
                    {"domain_uuid", one.domain_uuid},
                    {"target", one.target_name},
                    {"target_uuid", one.target_uuid},
                    {"about", plan::to_string(one.scope)},
                    {"reason", one.reason},
                    {"times", one.times},
                    {"at", to_unix_seconds(one.at)},
                    {"until", to_unix_seconds(one.until)}});
    if (distrusted.contains(one.target_uuid)) continue;
    if (const auto why = refusals.distrust(one.target_uuid, now)) distrusted[one.target_uuid] = *why;
  }
  return {{"list", list}, {"distrusted_nodes", distrusted}};
}

// Of a node that is in neither number, nothing was heard yet.
Json json_of(const NodeConnections& connections, const model::Cluster& cluster) {
  constexpr std::size_t kListed = 1000;
  std::size_t connected = 0, troubled = 0;
  Json troubles = Json::array();
  for (const auto& [uuid, connection] : connections.all()) {
    if (connection.identity) {
      ++connected;
    } else if (++troubled <= kListed) {
      const model::Node* node = cluster.find_node(uuid);
      troubles.push_back({{"node_uuid", uuid},
                          {"node", node != nullptr ? node->name() : connection.uri},
                          {"problem", connection.problem},
                          {"since", to_unix_seconds(connection.since)}});
    }
  }
  return {{"connected", connected}, {"not_connected", troubled}, {"troubles", troubles}};
}

Json optional_number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const std::optional<ports::StoreMemory>& memory) {
  if (!memory) return nullptr;
  return {{"used_bytes", memory->used_bytes},
          {"limit_bytes", memory->limit_bytes ? Json(*memory->limit_bytes) : Json(nullptr)},
          {"policy", memory->policy}};
}

Json json_of(const std::optional<ports::EventsStatus>& events) {
  if (!events) return nullptr;
  return {{"to", events->to},
          {"written", events->written},
          {"dropped", events->dropped},
          {"waiting", events->waiting},
          {"problem", events->problem}};
}

Json json_of(const plan::DrainOutlook& outlook) {
  Json staying = Json::array();
  for (const plan::StayingDomain& one : outlook.staying)
    staying.push_back({{"domain", one.name}, {"state", telemetry::to_string(one.state)}});
  return {{"phase", plan::to_string(outlook.phase)}, {"running", outlook.running}, {"staying", staying}};
}

Json json_of(const plan::Alternative& one) {
  return {{"domain", one.domain},
          {"target", one.target},
          {"cpu_ratio", optional_number(one.cpu_ratio)},
          {"memory_used_ratio", optional_number(one.memory_used_ratio)},
          {"total_seconds", one.seconds},
          {"downtime_seconds", one.downtime_seconds},
          {"cures", one.cures}};
}

Json json_of(const plan::SubjectFigures& figures) {
  return {{"domain", figures.domain},
          {"cores_used", optional_number(figures.cores_used)},
          {"vcpus", figures.vcpus ? Json(*figures.vcpus) : Json(nullptr)},
          {"balloon_bytes", figures.balloon_bytes ? Json(*figures.balloon_bytes) : Json(nullptr)},
          {"predicted_total_seconds", optional_number(figures.seconds)},
          {"predicted_downtime_seconds", optional_number(figures.downtime_seconds)}};
}

Json json_of(const plan::Effect& effect) {
  return {{"node", effect.node},
          {"cpu_ratio_before", optional_number(effect.cpu_ratio_before)},
          {"cpu_ratio_after", optional_number(effect.cpu_ratio_after)},
          {"memory_used_ratio_before", optional_number(effect.memory_used_ratio_before)},
          {"memory_used_ratio_after", optional_number(effect.memory_used_ratio_after)}};
}

}  // namespace

// Thousands that fire at once are read by nobody, and are written each second.
constexpr std::size_t kListedFirings = 1000;

std::string to_json(const Status& status) {
  Json firings = Json::array();
  for (const rules::Firing& firing : *status.firings) {
    if (firings.size() == kListedFirings) break;  // `firing_count` has all of them
    firings.push_back(json_of(firing));
  }
  for (const rules::Firing& firing : status.pending) firings.push_back(json_of(firing));
  Json aside = Json::array();
  for (const rules::AsideRule& rule : status.aside) {
    aside.push_back({{"rule", rule.rule},
                     {"since", to_unix_seconds(rule.since)},
                     {"until", to_unix_seconds(rule.until)},
                     {"operations", rule.operations}});
  }
  Json in_flight = Json::array();
  for (const plan::InFlight& entry : status.in_flight) {
    Json json = record::action_summary(entry.action);
    json["state"] = model::to_string(entry.state);
    in_flight.push_back(json);
  }
  Json cooldowns = Json::object();
  for (const auto& [uuid, cooldown] : *status.cooldowns) {
    const model::DomainRef domain = status.intake->cluster().find_domain(uuid);
    cooldowns[uuid] = {{"domain", domain.domain == nullptr ? "" : domain.domain->name},
                       {"until", to_unix_seconds(cooldown.until)},
                       {"repetitions", cooldown.repetitions}};
  }
  Json holds = Json::array();
  for (const plan::Hold& hold : *status.holds) holds.push_back(json_of(hold));
  Json rests = Json::object();
  for (const auto& [uuid, rest] : *status.rests) {
    rests[uuid] = {{"domain", rest.domain_name},
                   {"what", rest.what},
                   {"at", to_unix_seconds(rest.at)},
                   {"until", to_unix_seconds(rest.until)}};
  }
  Json remarks = Json::array();
  if (status.remarks != nullptr) {
    for (const StoreRemark& remark : *status.remarks)
      remarks.push_back({{"at", to_unix_seconds(remark.at)}, {"sentence", remark.sentence}});
  }
  Json drains = Json::array();
  for (const auto& [uuid, one] : status.drains->all()) {
    drains.push_back(
        {{"node", one.node}, {"owner", one.owner}, {"reason", one.reason}, {"since", to_unix_seconds(one.since)}});
    if (const model::Node* node = status.intake->cluster().find_node(uuid))
      drains.back().update(json_of(plan::drain_outlook(status.intake->cluster(), *node)));
  }
  return dump(
      {{"version", kVersion},
       {"drains", drains},
       {"holder", status.holder},
       {"token", status.token},
       {"at", to_unix_seconds(status.at)},
       {"started_at", to_unix_seconds(status.started_at)},
       {"leads_since", to_unix_seconds(status.leads_since)},
       {"mode", rules::to_string(status.mode)},
       {"configured_mode", rules::to_string(status.configured_mode)},
       {"dry_run", status.dry_run},
       {"rules", json_of(status.rules)},
       {"windows", json_of(status.windows)},
       {"store", {{"series", status.store.series}, {"samples", status.store.samples}, {"bytes", status.store.bytes}}},
       {"intake", json_of(*status.intake, status.at)},
       {"commands", json_of(status.commands)},
       {"admission", Json::parse(status.admission, nullptr, false)},
       {"connections",
        status.connections != nullptr ? json_of(*status.connections, status.intake->cluster()) : Json(nullptr)},
       {"redis_memory", json_of(status.memory)},
       {"graphite_events", json_of(status.events)},
       {"store_remarks", remarks},
       {"streams_ahead", status.streams == nullptr ? Json::array() : json_of(*status.streams)},
       {"firings", firings},
       {"firing_count", status.firing_count},
       {"postponed_decisions", status.postponed_decisions},
       {"rules_aside", aside},
       {"pending_count", status.pending_count},
       {"in_flight", in_flight},
       {"cooldowns", cooldowns},
       {"holds", holds},
       {"foreign_rests", rests},
       {"domains_on_two_nodes", json_of(status.two_nodes)},
       {"target_refusals", json_of(*status.refusals, status.at)},
       {"ticks", status.ticks},
       {"plans", status.plans},
       {"dropped_arrivals", status.dropped_arrivals}});
}

std::string to_json(const plan::Decision& decision) {
  Json considered = Json::array();
  for (const plan::Considered& one : decision.considered) {
    considered.push_back({{"remedy", one.remedy},
                          {"domain", one.domain},
                          {"target", one.target},
                          {"refusal", model::to_string(one.refusal.kind)},
                          {"message", one.refusal.message}});
  }
  Json alternatives = Json::array();
  for (const plan::Alternative& one : decision.alternatives) alternatives.push_back(json_of(one));
  Json effects = Json::array();
  for (const plan::Effect& effect : decision.effects) effects.push_back(json_of(effect));
  return dump({{"id", decision.id},
               {"at", to_unix_seconds(decision.at)},
               {"rule", decision.rule},
               {"subject", decision.subject},
               {"subject_key", decision.subject_key},
               {"expression", decision.expression},
               {"value", decision.value},
               {"measured_at", decision.measured_at ? Json(to_unix_seconds(*decision.measured_at)) : Json(nullptr)},
               {"held", decision.held},
               {"outcome", plan::to_string(decision.outcome)},
               {"mode", rules::to_string(decision.mode)},
               {"action", decision.action ? record::decided_action_json(*decision.action) : Json(nullptr)},
               {"figures", decision.figures ? json_of(*decision.figures) : Json(nullptr)},
               {"considered", considered},
               {"more_refused", decision.more},
               {"alternatives", alternatives},
               {"more_alternatives", decision.more_alternatives},
               {"effects", effects},
               {"sentence", text::visible(decision.sentence, text::kMostLineBytes)},
               {"explanation", plan::explain(decision)}});
}

std::string nodes_to_json(const model::Cluster& cluster) {
  Json nodes = Json::object();
  for (const auto& [uuid, node] : cluster.nodes()) {
    nodes[uuid] = {{"name", node.name()},
                   {"uri", node.snapshot->node.uri},
                   {"last_snapshot_at", to_unix_seconds(node.taken_at())},
                   {"interval_seconds", node.snapshot->interval_seconds}};
  }
  return dump(nodes);
}

}  // namespace hotspot::loop
