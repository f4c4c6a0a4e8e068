#include "actuator/loop/metrics.h"

#include <algorithm>

#include "hotspot_version.h"

namespace hotspot::loop {
namespace {

double seconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

void write_daemon(const Status& status, Exposition& out) {
  out.gauge("hotspot_build_info", "1; the version that leads.");
  out.value(1.0, {{"version", kVersion}});
  out.gauge("hotspot_leader_info", "1; who leads the cluster.");
  out.value(1.0, {{"holder", status.holder}});
  out.gauge("hotspot_start_timestamp_seconds", "When the leader's process began.");
  out.value(to_unix_seconds(status.started_at));
  out.gauge("hotspot_metrics_timestamp_seconds",
            "When these metrics were written: every second to five seconds while somebody leads.");
  out.value(to_unix_seconds(status.at));
  out.gauge("hotspot_mode_info", "1; the mode in force.");
  out.value(1.0, {{"mode", rules::to_string(status.mode)}, {"dry_run", status.dry_run ? "true" : "false"}});
}

void write_rules(const Status& status, const Meters& meters, Exposition& out) {
  const RulesStatus& rules = status.rules;
  out.gauge("hotspot_rules_info", "1; the rule set that runs, as `hotspotctl status` names it.");
  out.value(1.0, {{"hash", rules.fingerprint}});
  out.gauge("hotspot_rules_loaded_timestamp_seconds", "Since when the rule set runs.");
  out.value(to_unix_seconds(rules.since));
  out.gauge("hotspot_rules_last_reload_successful", "1 if the newest set of files was taken, 0 if it was refused.");
  out.value(rules.last_reload_ok ? 1.0 : 0.0);
  out.gauge("hotspot_rules_last_reload_timestamp_seconds", "When the rule files were read last.");
  out.value(to_unix_seconds(rules.last_reload_at));
  out.counter("hotspot_rules_reloads_refused_total", "Times that a set of rule files was refused.");
  out.value(static_cast<std::size_t>(meters.rule_reloads_refused));
  out.gauge("hotspot_rules", "Rules of the set that runs.");
  out.value(rules.rules);
  out.gauge("hotspot_rule_subjects", "Domains, nodes and other subjects of rules, by phase.");
  out.value(status.pending_count, {{"phase", "pending"}});
  out.value(status.firing_count, {{"phase", "firing"}});
  out.gauge("hotspot_rules_aside", "Rules that are left out for a while because they cost too much.");
  out.value(status.aside.size());
  out.counter("hotspot_rule_transitions_total", "Times that a subject became pending, fired or resolved.");
  out.value(static_cast<std::size_t>(meters.transitions));
  out.counter("hotspot_rule_evaluations_total", "Evaluations of all rules that were due.");
  out.value(static_cast<std::size_t>(meters.evaluations));
  out.counter("hotspot_rule_evaluation_seconds_total", "Time spent in them.");
  out.value(seconds(meters.evaluation_time));
  out.gauge("hotspot_rule_last_evaluation_seconds", "Time that the newest of them took.");
  out.value(seconds(meters.last_evaluation));
}

void write_trust(const plan::Trust& trust, Exposition& out) {
  out.gauge("hotspot_rule_may_act", "1 if a rule may act as its mode says, 0 if it has lost its right to act.");
  for (const auto& [rule, one] : trust.all()) out.value(one.lost_at ? 0.0 : 1.0, {{"rule", rule}});
  out.gauge("hotspot_rule_relief_ratio", "Measured by predicted relief of a rule's newest actions, the median.");
  for (const auto& [rule, one] : trust.all())
    if (const auto ratio = plan::median_relief_ratio(one)) out.value(*ratio, {{"rule", rule}});
  out.gauge("hotspot_rule_relief_not_counted", "Actions of a rule whose relief could not be measured.");
  for (const auto& [rule, one] : trust.all()) out.value(static_cast<std::size_t>(one.not_counted), {{"rule", rule}});
}

void write_windows(const Status& status, Exposition& out) {
  out.gauge("hotspot_rule_windows", "Windows that rules look back over, one for each metric and node.");
  std::size_t all = 0, full = 0;
  for (const rules::Window& window : status.windows.windows) all += window.tables, full += window.full;
  out.value(full, {{"state", "full"}});
  out.value(all - full, {{"state", "filling"}});
  out.gauge("hotspot_store_series", "Series in memory.");
  out.value(status.store.series);
  out.gauge("hotspot_store_bytes", "Bytes that their samples take.");
  out.value(status.store.bytes);
}

void write_world(const Status& status, const Meters& meters, Exposition& out) {
  const std::size_t stale = status.intake->stale_nodes(status.at);
  out.gauge("hotspot_nodes", "Nodes, by whether their data are fresh enough to act upon.");
  out.value(status.intake->cluster().nodes().size() - stale, {{"state", "fresh"}});
  out.value(stale, {{"state", "stale"}});
  const auto certain = static_cast<std::size_t>(std::count_if(
      status.two_nodes.begin(), status.two_nodes.end(), [](const record::OnTwoNodes& one) { return one.certain; }));
  out.gauge("hotspot_domains_on_two_nodes",
            "Domains that run on two nodes at once, by whether both nodes are heard of. Anything but 0 is an alarm.");
  out.value(certain, {{"state", "certain"}});
  out.value(status.two_nodes.size() - certain, {{"state", "not_known"}});
  out.counter("hotspot_snapshots_total", "Snapshots, by what became of them.");
  for (const auto& [outcome, count] : status.intake->counts()) {
    out.value(static_cast<std::size_t>(count), {{"outcome", outcome}});
  }
  out.counter("hotspot_snapshots_refused_total", "Snapshots that could not be taken in, by what was wrong.");
  for (const auto& [fault, bad] : status.intake->bad()) {
    out.value(static_cast<std::size_t>(bad.count), {{"fault", fault}});
  }
  out.gauge("hotspot_actions_in_flight", "Actions that are under way.");
  out.value(status.in_flight.size());
  const auto active = std::count_if(status.cooldowns->begin(), status.cooldowns->end(),
                                    [&](const auto& entry) { return entry.second.until > status.at; });
  out.gauge("hotspot_cooldowns", "Domains that are left alone for a while.");
  out.value(static_cast<std::size_t>(active));
  out.counter("hotspot_shrinks_failed_total",
              "Shrinks that a guest could not bear: rolled back, or it had to be given memory again soon.");
  out.value(static_cast<std::size_t>(meters.shrinks_failed));
  out.counter("hotspot_ticks_total", "Rounds of the loop.");
  out.value(static_cast<std::size_t>(status.ticks));
  out.histogram("hotspot_tick_cpu_seconds", "CPU time of the loop's thread for a round.");
  if (status.round_cpu != nullptr) out.value(*status.round_cpu, {});
  out.counter("hotspot_plans_total", "Rounds in which something was planned.");
  out.value(static_cast<std::size_t>(status.plans));
}

using Counts = telemetry::ActionCounts;

void write_action_counter(const Publication& publication, Exposition& out, std::uint64_t Counts::*count) {
  for (const Counts& one : publication.actions())
    out.value(static_cast<std::size_t>(one.*count), {{"kind", one.kind}, {"rule", one.rule}});
}

// A migration's alone: of what never stood still there is nothing to be counted.
void write_moves(const Publication& publication, Exposition& out, telemetry::Histogram Counts::*histogram) {
  for (const Counts& one : publication.actions())
    if (one.kind == "migrate") out.value(one.*histogram, {{"kind", one.kind}, {"rule", one.rule}});
}

void write_actions(const Publication& publication, Exposition& out) {
  out.gauge("hotspot_rule_firing", "Subjects on which a rule fires.");
  for (const auto& [rule, subjects] : publication.firing())
    out.value(static_cast<std::size_t>(subjects), {{"rule", rule}});
  out.counter("hotspot_decisions_total", "Decisions that were recorded, by outcome.");
  for (const auto& [outcome, count] : publication.decisions())
    out.value(static_cast<std::size_t>(count), {{"outcome", outcome}});
  out.counter("hotspot_action_begun_total", "Actions whose intent was written to the journal.");
  write_action_counter(publication, out, &Counts::begun);
  out.counter("hotspot_action_done_total", "Actions that were done.");
  write_action_counter(publication, out, &Counts::done);
  out.counter("hotspot_action_failed_total", "Actions that were tried and could not be done.");
  write_action_counter(publication, out, &Counts::failed);
  out.counter("hotspot_action_aborted_total", "Actions that were stopped.");
  write_action_counter(publication, out, &Counts::aborted);
  out.counter("hotspot_action_skipped_total", "Actions that were let go before anything was touched.");
  write_action_counter(publication, out, &Counts::skipped);
  out.histogram("hotspot_action_duration_seconds", "From the plan to the end, of actions that were done or failed.");
  for (const Counts& one : publication.actions()) out.value(one.duration, {{"kind", one.kind}, {"rule", one.rule}});
  out.histogram("hotspot_action_downtime_seconds", "How long domains stood still while they were migrated.");
  write_moves(publication, out, &Counts::downtime);
  out.histogram("hotspot_action_prediction_ratio", "Measured by predicted duration of migrations.");
  write_moves(publication, out, &Counts::prediction);
}

void write_memory(const ports::StoreMemory& memory, Exposition& out) {
  out.gauge("hotspot_redis_memory_bytes", "What Redis has in memory, by its own count.");
  out.value(static_cast<double>(memory.used_bytes), {});
  if (!memory.limit_bytes) return;
  out.gauge("hotspot_redis_memory_limit_bytes", "What it may have: its maxmemory.");
  out.value(static_cast<double>(*memory.limit_bytes), {});
}

void write_events(const ports::EventsStatus& events, Exposition& out) {
  out.counter("hotspot_graphite_events_total", "Events for Graphite, by what became of them.");
  out.value(static_cast<std::size_t>(events.written), {{"outcome", "written"}});
  out.value(static_cast<std::size_t>(events.dropped), {{"outcome", "dropped"}});
  out.gauge("hotspot_graphite_events_waiting", "Events that wait to be written to Graphite.");
  out.value(events.waiting);
  out.gauge("hotspot_graphite_events_failing", "1 if the newest event could not be written to Graphite, otherwise 0.");
  out.value(events.problem.empty() ? 0.0 : 1.0);
}

}  // namespace

std::vector<MetricFamily> metric_families(const Status& status, const Meters& meters) {
  Exposition out;
  write_daemon(status, out);
  write_rules(status, meters, out);
  if (status.trust != nullptr) write_trust(*status.trust, out);
  write_windows(status, out);
  write_world(status, meters, out);
  if (status.memory) write_memory(*status.memory, out);
  if (status.events) write_events(*status.events, out);
  if (status.publication != nullptr) write_actions(*status.publication, out);
  return out.take();
}

}  // namespace hotspot::loop
