#include "actuator/record/status_json.h"

#include "actuator/record/action_members.h"
#include "actuator/record/hold_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Rules>& one) {
  archive("fingerprint", one.fingerprint);
  archive("since", one.since);
  archive("files", one.files);
  archive("rules", one.rules);
  archive("last_reload_ok", one.last_reload_ok);
  archive("last_reload_at", one.last_reload_at);
  archive("last_reload_message", one.last_reload_message);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Window>& one) {
  archive("metric", one.metric);
  archive("reach_seconds", one.reach);
  archive("tables", one.tables);
  archive("full", one.full);
  archive("since_all", one.since_all);
  archive("since", one.since);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Windows>& one) {
  archive("state", one.state);
  archive("message", one.message);
  archive("asked_at", one.asked_at);
  archive("history_from", one.history_from);
  archive("history_to", one.history_to);
  archive("history_samples", one.history_samples);
  archive("list", one.list);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Store>& one) {
  archive("series", one.series);
  archive("samples", one.samples);
  archive("bytes", one.bytes);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Bad>& one) {
  archive("count", one.count);
  archive("last_message", one.last_message);
  archive("last_stream_id", one.last_stream_id);
  archive("last_at", one.last_at);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Intake>& one) {
  archive("nodes", one.nodes);
  archive("stale_nodes", one.stale_nodes);
  archive("snapshots", one.snapshots);
  archive("bad_snapshots", one.bad_snapshots);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Commands>& one) {
  archive("carried_out", one.carried_out);
  archive("refused", one.refused);
  archive("too_old", one.too_old);
  archive("of_the_future", one.of_the_future);
  archive("too_many", one.too_many);
  archive("unanswered", one.unanswered);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Troubled>& one) {
  archive("id", one.id);
  archive("standing", one.standing);
  archive("why", one.why);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Refused>& one) {
  archive("count", one.count);
  archive("last_message", one.last_message);
  archive("last_at", one.last_at);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Admission>& one) {
  archive("admitted", one.admitted);
  archive("waiting", one.waiting);
  archive("waiting_without_room", one.waiting_without_room);
  archive("proven", one.proven);
  archive("unproven", one.unproven);
  archive("keyless", one.keyless);
  archive("frozen", one.frozen);
  archive("troubled", one.troubled);
  archive("refused", one.refused);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Cut>& one) {
  archive("node_uuid", one.node_uuid);
  archive("node", one.node);
  archive("problem", one.problem);
  archive("since", one.since);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Connections>& one) {
  archive("connected", one.connected);
  archive("not_connected", one.not_connected);
  archive("troubles", one.troubles);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::RedisMemory>& one) {
  archive("used_bytes", one.used_bytes);
  archive("limit_bytes", one.limit_bytes);
  archive("policy", one.policy);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Events>& one) {
  archive("to", one.to);
  archive("written", one.written);
  archive("dropped", one.dropped);
  archive("waiting", one.waiting);
  archive("problem", one.problem);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Remark>& one) {
  archive("at", one.at);
  archive("sentence", one.sentence);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Stream>& one) {
  archive("key", one.key);
  archive("last_id", one.last_id);
  archive("last_at", one.last_at);
  archive("mended", one.mended);
  archive("lasts", one.lasts);
  archive("times", one.times);
  archive("lost", one.lost);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Firing>& one) {
  archive("rule", one.rule);
  archive("phase", one.phase);
  archive("subject", one.subject);
  archive("subject_key", one.subject_key);
  archive("labels", one.labels);
  archive("annotations", one.annotations);
  archive("value", one.value);
  archive("held", one.held);
  archive("waits_for", one.waits_for);
  archive("fresh", one.fresh);
  archive("pending_since", one.pending_since);
  archive("first_sample_at", one.first_sample_at);
  archive.if_known("firing_since", one.firing_since);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Aside>& one) {
  archive("rule", one.rule);
  archive("since", one.since);
  archive("until", one.until);
  archive("operations", one.operations);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::InFlight>& one) {
  members(archive, one.action);
  archive("state", one.state);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Cooldown>& one) {
  archive("domain", one.domain);
  archive("until", one.until);
  archive("repetitions", one.repetitions);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Hold>& one) {
  members_but_times(archive, one);
  archive("since", one.since);
  archive("until", one.until);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Rest>& one) {
  archive("domain", one.domain);
  archive("what", one.what);
  archive("at", one.at);
  archive("until", one.until);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Staying>& one) {
  archive("domain", one.domain);
  archive("state", one.state);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Drain>& one) {
  archive("node", one.node);
  archive("owner", one.owner);
  archive("reason", one.reason);
  archive("since", one.since);
  archive.if_known("phase", one.phase);
  archive.if_known("running", one.running);
  archive.if_known("staying", one.staying);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::TwoNodes>& one) {
  archive("domain", one.domain);
  archive("domain_uuid", one.domain_uuid);
  archive("nodes", one.nodes);
  archive("since", one.since);
  archive("certain", one.certain);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::TargetRefusal>& one) {
  archive("domain", one.domain);
  archive("domain_uuid", one.domain_uuid);
  archive("target", one.target);
  archive("target_uuid", one.target_uuid);
  archive("about", one.about);
  archive("reason", one.reason);
  archive("times", one.times);
  archive("at", one.at);
  archive("until", one.until);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Relief>& one) {
  archive("action", one.action);
  archive("subject", one.subject);
  archive("at", one.at);
  archive("predicted", one.predicted);
  archive("measured", one.measured);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::RuleTrust>& one) {
  archive("rule", one.rule);
  archive("may_act", one.may_act);
  archive("measured", one.measured);
  archive("newest", one.newest);
  archive("relief_ratio", one.relief_ratio);
  archive("not_counted", one.not_counted);
  archive("not_counted_why", one.not_counted_why);
  archive("lost_at", one.lost_at);
  archive("lost_why", one.lost_why);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::TargetRefusals>& one) {
  archive("list", one.list);
  archive("distrusted_nodes", one.distrusted_nodes);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status::Recommendations>& one) {
  archive("standing", one.standing);
  archive("refused", one.refused);
  archive("next_expires", one.next_expires);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Status>& status) {
  archive("version", status.version);
  archive("holder", status.holder);
  archive("token", status.token);
  archive("at", status.at);
  archive("started_at", status.started_at);
  archive("leads_since", status.leads_since);
  archive("mode", status.mode);
  archive("configured_mode", status.configured_mode);
  archive("dry_run", status.dry_run);
  archive("rules", status.rules);
  archive("windows", status.windows);
  archive("store", status.store);
  archive("intake", status.intake);
  archive("commands", status.commands);
  archive("admission", status.admission);
  archive("connections", status.connections);
  archive("redis_memory", status.redis_memory);
  archive("graphite_events", status.graphite_events);
  archive("store_remarks", status.store_remarks);
  archive("streams_ahead", status.streams_ahead);
  archive("firings", status.firings);
  archive("firing_count", status.firing_count);
  archive("pending_count", status.pending_count);
  archive("postponed_decisions", status.postponed_decisions);
  archive("rules_aside", status.rules_aside);
  archive("in_flight", status.in_flight);
  archive("cooldowns", status.cooldowns);
  archive("holds", status.holds);
  archive("foreign_rests", status.foreign_rests);
  archive("drains", status.drains);
  archive("domains_on_two_nodes", status.domains_on_two_nodes);
  archive("target_refusals", status.target_refusals);
  archive("rule_trust", status.rule_trust);
  archive("recommendations", status.recommendations);
  archive("ticks", status.ticks);
  archive("plans", status.plans);
  archive("dropped_arrivals", status.dropped_arrivals);
}

std::string Status::Firing::label(const std::string& name) const {
  const auto found = labels.find(name);
  return found != labels.end() ? found->second : std::string();
}

nlohmann::json json_of(const Status::Firing& firing) { return MemberWriter::written(firing); }
nlohmann::json json_of(const Status::InFlight& action) { return MemberWriter::written(action); }
nlohmann::json json_of(const Status::Hold& hold) { return MemberWriter::written(hold); }
nlohmann::json json_of(const Status::Drain& drain) { return MemberWriter::written(drain); }
nlohmann::json json_of(const Status::Cut& cut) { return MemberWriter::written(cut); }
nlohmann::json json_of(const Status::TargetRefusal& refusal) { return MemberWriter::written(refusal); }
nlohmann::json json_of(const Status::Cooldown& cooldown) { return MemberWriter::written(cooldown); }
nlohmann::json json_of(const Status::RuleTrust& trust) { return MemberWriter::written(trust); }
nlohmann::json json_of(const Status::Rest& rest) { return MemberWriter::written(rest); }

std::string to_json(const Status& status) { return to_line(MemberWriter::written(status)); }

Result<Status> status_from_json(std::string_view text) {
  if (text.size() > kMostStatusBytes) return Error{"the status is longer than 32 MiB"};
  const nlohmann::json object = parse_json(text);
  if (object.is_discarded()) return Error{"the status in Redis is not JSON, or is nested too deep"};
  Status status;
  if (const std::string wrong = MemberReader::read(object, status); !wrong.empty())
    return Error{"the status" + (wrong[0] == '.' ? ": " + wrong.substr(1) : wrong)};
  return status;
}

}  // namespace hotspot::record
