#include "actuator/loop/status.h"

#include "actuator/loop/rule_trust.h"
#include "actuator/loop/steering_state.h"
#include "actuator/plan/drain_outlook.h"

#include "actuator/record/action_json.h"
#include "actuator/rules/engine/engine.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::loop {
namespace {

using Record = record::Status;  // as it is written; `Status` is what it is written from

// Thousands that fire at once are read by nobody, and are written each second.
constexpr std::size_t kListedFirings = 1000;
constexpr std::size_t kListedTroubles = 1000;

Record::Rules rules_record(const RulesStatus& rules) {
  return {.fingerprint = rules.fingerprint,
          .since = rules.since,
          .files = rules.files,
          .rules = rules.rules,
          .last_reload_ok = rules.last_reload_ok,
          .last_reload_at = rules.last_reload_at,
          .last_reload_message = rules.last_reload_message};
}

Record::Windows windows_record(const WindowsStatus& windows) {
  Record::Windows out{.state = windows.state,
                      .message = windows.message,
                      .asked_at = windows.asked_at,
                      .history_from = windows.history_from,
                      .history_to = windows.history_to,
                      .history_samples = windows.samples,
                      .list = {}};
  for (const rules::Window& window : windows.windows)
    out.list.push_back({window.metric, window.reach, window.tables, window.full, window.since_all, window.since});
  return out;
}

Record::Intake intake_record(const Intake& intake, WallTime now) {
  Record::Intake out{.nodes = intake.cluster().nodes().size(),
                     .stale_nodes = intake.stale_nodes(now),
                     .snapshots = intake.counts(),
                     .bad_snapshots = {}};
  for (const auto& [fault, entry] : intake.bad())
    out.bad_snapshots[fault] = {entry.count, entry.last_message, entry.last_stream_id, entry.last_at};
  return out;
}

Record::Commands commands_record(const DeskCounts& commands) {
  return {commands.carried_out,   commands.refused,  commands.too_old,
          commands.of_the_future, commands.too_many, commands.unanswered};
}

std::vector<Record::Stream> streams_record(const std::map<std::string, WatchedStream>& streams) {
  std::vector<Record::Stream> out;
  for (const auto& [key, stream] : streams)
    out.push_back({.key = key,
                   .last_id = stream.last_id,
                   .last_at = stream.last_at,
                   .mended = stream.mended,
                   .lasts = stream.lasts,
                   .times = stream.times,
                   .lost = stream.lost});
  return out;
}

Record::Firing firing_record(const rules::Firing& firing) {
  return {.rule = firing.rule == nullptr ? "" : firing.rule->name,
          .phase = rules::to_string(firing.phase),
          .subject = rules::to_string(firing.subject.kind),
          .subject_key = firing.subject.key(),
          .labels = firing.labels,
          .annotations = firing.annotations,
          .value = firing.value,
          .held = firing.held,
          .waits_for = firing.waits,
          .fresh = firing.fresh,
          .pending_since = firing.pending_since,
          .first_sample_at = firing.first_sample_at,
          .firing_since = firing.firing_since};
}

std::vector<Record::Firing> firings_record(const Status& status) {
  std::vector<Record::Firing> out;
  for (const rules::Firing& firing : *status.firings) {
    if (out.size() == kListedFirings) break;  // `firing_count` has all of them
    out.push_back(firing_record(firing));
  }
  for (const rules::Firing& firing : status.pending) out.push_back(firing_record(firing));
  return out;
}

std::vector<Record::TwoNodes> two_nodes_record(const std::vector<record::OnTwoNodes>& all) {
  std::vector<Record::TwoNodes> out;
  for (const record::OnTwoNodes& one : all) {
    out.push_back({.domain = one.domain_name,
                   .domain_uuid = one.domain_uuid,
                   .nodes = {},
                   .since = one.since,
                   .certain = one.certain});
    for (const record::OnTwoNodes::Place& place : one.places) out.back().nodes.push_back(place.node_name);
  }
  return out;
}

// Of the nodes that come last for all, why; and what each target refused.
Record::TargetRefusals refusals_record(const plan::TargetRefusals& refusals, WallTime now) {
  Record::TargetRefusals out;
  for (const plan::TargetRefusal& one : refusals.all()) {
    out.list.push_back({.domain = one.domain_name,
                        .domain_uuid = one.domain_uuid,
                        .target = one.target_name,
                        .target_uuid = one.target_uuid,
                        .about = plan::to_string(one.scope),
                        .reason = one.reason,
                        .times = one.times,
                        .at = one.at,
                        .until = one.until});
    if (out.distrusted_nodes.contains(one.target_uuid)) continue;
    if (const auto why = refusals.distrust(one.target_uuid, now)) out.distrusted_nodes[one.target_uuid] = *why;
  }
  return out;
}

// Of a node that is in neither number, nothing was heard yet.
Record::Connections connections_record(const NodeConnections& connections, const model::Cluster& cluster) {
  Record::Connections out;
  for (const auto& [uuid, connection] : connections.all()) {
    if (connection.identity) {
      ++out.connected;
    } else if (++out.not_connected <= kListedTroubles) {
      const model::Node* node = cluster.find_node(uuid);
      out.troubles.push_back({.node_uuid = uuid,
                              .node = node != nullptr ? node->name() : connection.uri,
                              .problem = connection.problem,
                              .since = connection.since});
    }
  }
  return out;
}

std::optional<Record::RedisMemory> memory_record(const std::optional<ports::StoreMemory>& memory) {
  if (!memory) return std::nullopt;
  return Record::RedisMemory{memory->used_bytes, memory->limit_bytes, memory->policy};
}

std::optional<Record::Events> events_record(const std::optional<ports::EventsStatus>& events) {
  if (!events) return std::nullopt;
  return Record::Events{events->to, events->written, events->dropped, events->waiting, events->problem};
}

std::map<std::string, Record::Cooldown> cooldowns_record(const Status& status) {
  std::map<std::string, Record::Cooldown> out;
  for (const auto& [uuid, cooldown] : *status.cooldowns) {
    const model::DomainRef domain = status.intake->cluster().find_domain(uuid);
    out[uuid] = {domain.domain == nullptr ? "" : domain.domain->name, cooldown.until, cooldown.repetitions};
  }
  return out;
}

std::vector<Record::Hold> holds_record(const std::vector<plan::Hold>& holds) {
  std::vector<Record::Hold> out;
  for (const plan::Hold& hold : holds) out.push_back(hold_record(hold));
  return out;
}

std::map<std::string, Record::Rest> rests_record(const std::map<std::string, plan::DomainRest>& rests) {
  std::map<std::string, Record::Rest> out;
  for (const auto& [uuid, rest] : rests) out[uuid] = rest_record(rest);
  return out;
}

std::vector<Record::Drain> drains_record(const Drains& drains, const model::Cluster& cluster) {
  std::vector<Record::Drain> out;
  for (const auto& [uuid, one] : drains.all()) {
    Record::Drain drain{.node = one.node,
                        .owner = one.owner,
                        .reason = one.reason,
                        .since = one.since,
                        .phase = {},
                        .running = {},
                        .staying = {}};
    if (const model::Node* node = cluster.find_node(uuid)) {
      const plan::DrainOutlook outlook = plan::drain_outlook(cluster, *node);
      drain.phase = plan::to_string(outlook.phase);
      drain.running = static_cast<std::size_t>(outlook.running);
      drain.staying.emplace();
      for (const plan::StayingDomain& stays : outlook.staying)
        drain.staying->push_back({stays.name, std::string(telemetry::to_string(stays.state))});
    }
    out.push_back(std::move(drain));
  }
  return out;
}

void add_rules(const Status& status, Record& out) {
  for (const rules::AsideRule& rule : status.aside)
    out.rules_aside.push_back({rule.rule, rule.since, rule.until, rule.operations});
  out.recommendations = status.recommendations;
  if (status.trust != nullptr) out.rule_trust = trust_record(*status.trust);
}

}  // namespace

record::Status status_record(const Status& status) {
  Record out;
  const model::Cluster& cluster = status.intake->cluster();
  out.version = kVersion;
  out.holder = status.holder;
  out.token = status.token;
  out.at = status.at;
  out.started_at = status.started_at;
  out.leads_since = status.leads_since;
  out.mode = rules::to_string(status.mode);
  out.configured_mode = rules::to_string(status.configured_mode);
  out.dry_run = status.dry_run;
  out.rules = rules_record(status.rules);
  out.windows = windows_record(status.windows);
  out.store = {status.store.series, status.store.samples, status.store.bytes};
  out.intake = intake_record(*status.intake, status.at);
  out.commands = commands_record(status.commands);
  out.admission = status.admission;
  if (status.connections != nullptr) out.connections = connections_record(*status.connections, cluster);
  out.redis_memory = memory_record(status.memory);
  out.graphite_events = events_record(status.events);
  if (status.remarks != nullptr)
    for (const StoreRemark& remark : *status.remarks) out.store_remarks.push_back({remark.at, remark.sentence});
  if (status.streams != nullptr) out.streams_ahead = streams_record(*status.streams);
  out.firings = firings_record(status);
  out.firing_count = status.firing_count;
  out.pending_count = status.pending_count;
  out.postponed_decisions = status.postponed_decisions;
  add_rules(status, out);
  for (const plan::InFlight& entry : status.in_flight)
    out.in_flight.push_back({record::summary_of(entry.action), model::to_string(entry.state)});
  out.cooldowns = cooldowns_record(status);
  out.holds = holds_record(*status.holds);
  out.foreign_rests = rests_record(*status.rests);
  out.drains = drains_record(*status.drains, cluster);
  out.domains_on_two_nodes = two_nodes_record(status.two_nodes);
  out.target_refusals = refusals_record(*status.refusals, status.at);
  out.ticks = status.ticks;
  out.plans = status.plans;
  out.dropped_arrivals = status.dropped_arrivals;
  return out;
}

record::HeardNodes heard_nodes(const model::Cluster& cluster) {
  record::HeardNodes nodes;
  for (const auto& [uuid, node] : cluster.nodes()) {
    nodes[uuid] = {.name = node.name(),
                   .uri = node.snapshot->node.uri,
                   .last_snapshot_at = node.taken_at(),
                   .interval_seconds = node.snapshot->interval_seconds};
  }
  return nodes;
}

}  // namespace hotspot::loop
