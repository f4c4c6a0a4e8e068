#include "actuator/loop/input_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "actuator/loop/book_records.h"
#include "actuator/loop/input_members.h"
#include "actuator/loop/recommendations.h"
#include "actuator/loop/refusals.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/steering_state.h"
#include "actuator/record/action_json.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"
#include "hotspot_version.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;
using record::MemberWriter;

// A text that is written elsewhere too, as a member; "" is null.
Json embedded(const std::string& text) { return text.empty() ? Json(nullptr) : record::parse_json(text); }

Json windows_json(const std::vector<plan::Window>& windows) {
  Json all = Json::array();
  for (const plan::Window& window : windows) {
    Json kinds = Json::array();
    for (const plan::ActionKind kind : window.actions) kinds.push_back(plan::to_string(kind));
    all.push_back({{"days", window.days},
                   {"from_minute", window.from_minute},
                   {"to_minute", window.to_minute},
                   {"actions", std::move(kinds)},
                   {"rules", window.rules},
                   {"zone", MemberWriter::written(*window.zone)}});
  }
  return all;
}

Json firings_json(const plan::PlanInput& input) {
  Json all = Json::array();
  for (const rules::Firing& firing : input.firings) {
    Json one = MemberWriter::written(firing.subject);
    one["rule"] = firing.rule - input.rules->rules.data();
    one["kind"] = rules::to_string(firing.subject.kind);
    one["value"] = firing.value;
    one["held"] = firing.held;
    one["fresh"] = firing.fresh;
    one["first_sample_at_ms"] = to_unix_ms(firing.first_sample_at);
    if (firing.firing_since) one["firing_since_ms"] = to_unix_ms(*firing.firing_since);
    all.push_back(std::move(one));
  }
  return all;
}

// The places of those that are decided on, in their order; null: all are.
Json turn_json(const plan::PlanInput& input) {
  if (input.turn == nullptr) return nullptr;
  Json places = Json::array();
  for (const rules::Firing* firing : *input.turn) places.push_back(firing - input.firings.data());
  return places;
}

Json in_flight_json(const plan::PlanInput& input) {
  Json all = Json::array();
  for (const plan::InFlight& entry : input.in_flight)
    all.push_back({{"action", record::action_json(entry.action)},
                   {"state", model::to_string(entry.state)},
                   {"unanswered", entry.unanswered}});
  return all;
}

Json steps_json(const plan::RecentSteps* steps) {
  if (steps == nullptr) return nullptr;
  Json all = Json::object();
  for (const auto& [uuid, domain] : steps->all()) {
    Json one{{"left", MemberWriter::written(domain.left)}, {"skipped", MemberWriter::written(domain.skipped)}};
    for (const auto& [resource, growth] : domain.grown)
      one[resource == plan::Resource::kVcpus ? "vcpus" : "memory"] = {{"action", record::action_json(growth.action)},
                                                                      {"at_ms", to_unix_ms(growth.at)}};
    all[uuid] = std::move(one);
  }
  return all;
}

Json memory_json(const plan::PlanInput& input) {
  if (input.memory == nullptr) return nullptr;
  Json domains = Json::object();
  for (const rules::Firing& firing : input.firings)
    if (const auto* known = input.memory->find(firing.subject.domain_uuid))
      domains[firing.subject.domain_uuid] = MemberWriter::written(*known);
  return {{"remembers", to_seconds(input.memory->remembers())}, {"domains", std::move(domains)}};
}

Json nodes_json(const model::Cluster& cluster, const std::vector<std::string>& hashes) {
  Json all = Json::array();
  auto hash = hashes.begin();
  for (const auto& [uuid, node] : cluster.nodes()) {
    Json one = MemberWriter::written(model::image_of(node));
    one["sha256"] = hash == hashes.end() ? "" : *hash++;
    all.push_back(std::move(one));
  }
  return all;
}

Json kept_json(const plan::KeptDomains* kept) {
  Json all = Json::object();
  if (kept == nullptr) return all;
  for (const auto& [uuid, refusal] : *kept)
    all[uuid] = {{"kind", model::to_string(refusal.kind)}, {"message", refusal.message}};
  return all;
}

Json ended_json(const std::map<std::string, WallTime>& ended) {
  Json all = Json::object();
  for (const auto& [uuid, at] : ended) all[uuid] = to_unix_ms(at);
  return all;
}

Json approved_json(const plan::Approval* approved) {
  if (approved == nullptr) return nullptr;
  return {{"rule", approved->rule},
          {"subject", approved->subject_key},
          {"action", record::action_json(approved->action)},
          {"by", approved->by}};
}

Json refused_json(const plan::Rejections* rejections) {
  if (rejections == nullptr) return nullptr;
  record::Recommendations all;
  all.refused = recorded(*rejections);
  return embedded(record::to_json(all));
}

void add_books(const plan::PlanInput& input, Json& to) {
  const plan::Restraints& by = input.restraints;
  to["cooldowns"] = embedded(save(input.cooldowns));
  to["migrations"] = input.migrations == nullptr ? Json(nullptr) : embedded(save(*input.migrations));
  to["refusals"] = input.refusals == nullptr ? Json(nullptr) : embedded(save(*input.refusals));
  to["trust"] = input.trust == nullptr ? Json(nullptr) : embedded(save(*input.trust));
  to["holds"] = by.holds == nullptr ? Json(nullptr) : embedded(to_json(HoldState{by.holds->all(), 0}));
  to["rests"] = by.rests == nullptr ? Json(nullptr) : embedded(to_json(RestState{by.rests->entries(), {}}));
  to["kept"] = kept_json(by.kept);
  to["approved"] = approved_json(input.approved);
  to["refused"] = refused_json(input.rejections);
  to["steps"] = steps_json(input.steps);
  to["memory"] = memory_json(input);
  to["node_action_ended_ms"] = ended_json(input.node_action_ended);
}

}  // namespace

std::optional<std::string> why_not_storable(const plan::PlanInput& input) {
  if (input.rules == nullptr) return "the rules are not known";
  std::size_t domains = 0;
  for (const auto& [uuid, node] : input.cluster.nodes()) domains += node.snapshot->domains.size();
  if (domains > kMostInputDomains || input.cluster.nodes().size() > kMostInputNodes)
    return "the cluster has " + std::to_string(input.cluster.nodes().size()) + " nodes and " + std::to_string(domains) +
           " domains: inputs with more than " + std::to_string(kMostInputNodes) + " nodes or " +
           std::to_string(kMostInputDomains) + " domains are not stored";
  const bool others = std::any_of(input.firings.begin(), input.firings.end(), [&](const rules::Firing& firing) {
    return firing.rule == nullptr || firing.rules.get() != input.rules;
  });
  if (others) return "the rules were replaced in this round";
  return std::nullopt;
}

std::string configuration_text(const plan::PlanInput& input, std::size_t rule_operations) {
  const plan::Windows none;
  const plan::Windows& windows = input.restraints.windows == nullptr ? none : *input.restraints.windows;
  const model::TimeZone utc;
  MemberWriter writer;
  writer("limits", input.limits);
  writer("margins", input.margins);
  writer("freshness", input.freshness);
  writer("migration", input.migration);
  writer("shrink_pace", input.restraints.shrink_pace);
  writer("zone", input.restraints.zone == nullptr ? utc : *input.restraints.zone);
  writer("memory_observed", input.memory_observed);
  writer("rule_operations", rule_operations);
  writer.object["allow"] = windows_json(windows.allow);
  writer.object["deny"] = windows_json(windows.deny);
  return record::to_line(writer.object);
}

std::string input_text(const plan::PlanInput& input, const InputParts& parts) {
  Json files = Json::array();
  for (const auto& [path, hash] : parts.rule_files) files.push_back({{"path", path}, {"sha256", hash}});
  Json object{{"schema", kInputSchema},
              {"made_by", kVersion},
              {"now_ms", to_unix_ms(input.now)},
              {"id_prefix", input.id_prefix},
              {"mode", rules::to_string(input.daemon_mode)},
              {"configuration", parts.configuration},
              {"rule_files", std::move(files)},
              {"rules_fingerprint", input.rules == nullptr ? "" : input.rules->fingerprint},
              {"nodes", nodes_json(input.cluster, parts.nodes)},
              {"owners", model::owners_of(input.cluster)},
              {"firings", firings_json(input)},
              {"turn", turn_json(input)},
              {"in_flight", in_flight_json(input)}};
  add_books(input, object);
  return record::to_line(object);
}

}  // namespace hotspot::loop
