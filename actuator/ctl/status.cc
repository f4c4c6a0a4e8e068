// hotspotctl status: who leads, the state of the cluster as the leader sees it, and what is wrong.
#include <algorithm>
#include <cstdio>

#include "actuator/client/status_record.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/known_names.h"
#include "actuator/io/redis/lease.h"
#include "actuator/model/text.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using record::Status;
using text::visible;

// An older status means that the daemon no longer writes.
constexpr double kSilentSeconds = 15;
constexpr std::size_t kListedPending = 20;

std::string time_text(const std::optional<WallTime>& time) { return time_cell(time.value_or(WallTime{})); }

void show_leader(const Status& status, const ports::LeaseState& lease, double now) {
  const double at = to_unix_seconds(status.at);
  if (lease.holder.empty()) {
    fact("leader", "NOBODY leads: is hotspotd running?");
  } else if (now - at > kSilentSeconds) {
    fact("leader", lease.holder + ", but it has written nothing for " + ago_cell(at, now));
  } else {
    fact("leader", lease.holder + ", token " + std::to_string(lease.token) + ", since " +
                       time_text(status.leads_since.value_or(status.started_at)));
  }
}

// During an upgrade, each may write or expect what the other does not know.
void show_other_version(const std::string& version) {
  if (version == kVersion) return;
  fact("version", (version.empty() ? "hotspotd does not say which version it is" : "hotspotd is " + version) +
                      ", hotspotctl is " + kVersion + ": what only one of them knows is not shown");
}

void show_mode(const Status& status) {
  fact("mode", status.mode + (status.dry_run ? ", dry run" : "") +
                   (status.mode == status.configured_mode ? "" : " (configured: " + status.configured_mode + ")"));
}

void show_rules(const Status::Rules& rules) {
  fact("rules", std::to_string(rules.rules) + " in " + std::to_string(rules.files.size()) + " files, set " +
                    rules.fingerprint + " since " + time_text(rules.since));
  if (!rules.last_reload_ok) {
    fact("", "LAST RELOAD REFUSED at " + time_text(rules.last_reload_at) + "; the set above keeps running");
    say_lines(rules.last_reload_message);
  }
}

// "windows   node_cpu_ratio over 7 d: full on 3 of 4; the others since 2026-11-20 12:00:01".
std::string window_line(const Status::Window& window) {
  const bool recorded = window.metric.find(':') != std::string::npos;
  std::string text = window.metric + " over " + duration_cell(to_seconds(window.reach)) + ": ";
  if (window.tables == 0) return text + "no sample yet";
  if (window.full == window.tables) return text + "full";
  if (!recorded && window.tables > 1)
    text += "full on " + std::to_string(window.full) + " of " + std::to_string(window.tables) + " nodes, ";
  return text + "filled since " + time_text(window.since_all);
}

void show_windows(const Status::Windows& windows) {
  const std::string& state = windows.state;
  if (state.empty()) return;
  std::string text;
  if (state == "none") text = "no history is configured; they fill as samples come";
  if (state == "waiting") text = "waiting for nodes before history is read";
  if (state == "reading") text = "reading history since " + time_text(windows.asked_at);
  if (state == "filling") text = "taking history in";
  if (state == "failed") text = "NO HISTORY: " + windows.message + "; they fill as samples come";
  if (state == "filled" && windows.history_to) {
    text = "history from " + time_text(windows.history_from) + " up to " + time_text(windows.history_to);
  } else if (state == "filled") {
    text = "history has nothing for them; they fill as samples come";
  }
  fact("windows", text);
  if (state == "reading" && !windows.message.empty()) fact("", windows.message);
  for (const Status::Window& window : windows.list) fact("", window_line(window));
}

void show_intake(const Status::Intake& intake) {
  fact("nodes", std::to_string(intake.nodes) + ", " + std::to_string(intake.stale_nodes) + " of them stale");
  std::string counts;
  for (const auto& [name, count] : intake.snapshots)
    counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  fact("snapshots", counts.empty() ? "none yet" : counts);
  for (const auto& [fault, bad] : intake.bad_snapshots)
    fact("", "skipped " + std::to_string(bad.count) + " × " + fault + ", last at " + time_text(bad.last_at) + " " +
                 bad.last_stream_id + ": " + bad.last_message);
}

// Commands refused for their id or number: a sign of flooding or forgery.
void show_commands(const Status::Commands& commands) {
  std::string text;
  const auto add = [&](std::uint64_t count, const std::string& words) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + words;
  };
  add(commands.of_the_future, " with ids ahead of Redis' clock");
  add(commands.too_many, " because too many came at once");
  add(commands.unanswered, " without an answer");
  if (!text.empty()) fact("COMMANDS", "refused since the start: " + text + "; docs/acl.md says who may write them");
}

void show_admission(const Status::Admission& admission) {
  std::string text = std::to_string(admission.admitted) + " admitted";
  for (const auto& [standing, count] : {std::pair{"frozen", admission.frozen}, std::pair{"keyless", admission.keyless},
                                        std::pair{"unproven", admission.unproven}})
    if (count > 0) text += ", " + std::to_string(count) + " " + standing;
  if (admission.waiting > 0) text += "; " + std::to_string(admission.waiting) + " wait: hotspotctl node list --waiting";
  fact("admission", text);
  for (const Status::Troubled& node : admission.troubled) fact("", node.id + " is " + node.standing + ": " + node.why);
  for (const auto& [kind, refused] : admission.refused)
    fact("", "refused " + std::to_string(refused.count) + " × " + kind + ", last at " + time_text(refused.last_at) +
                 ": " + refused.last_message);
}

// Nodes without a connection to libvirt, in every mode: so that it is known before something has to be done.
void show_connections(const Status::Connections& connections) {
  constexpr std::size_t kListed = 10;
  fact("libvirt", "connected to " + std::to_string(connections.connected) +
                      (connections.connected == 1 ? " node" : " nodes") +
                      (connections.not_connected == 0 ? "" : ", NOT to " + std::to_string(connections.not_connected)));
  std::size_t listed = 0;
  for (const Status::Cut& one : connections.troubles) {
    if (++listed > kListed) return fact("", "and others; see hotspotctl -o json status");
    fact("", one.node.value_or(one.node_uuid) + " since " + time_text(one.since) + ": " + one.problem);
  }
}

void show_streams(const std::vector<Status::Stream>& streams) {
  for (const Status::Stream& stream : streams)
    fact("STREAM", stream.key + " had an id of the future (" + stream.last_id + ") " + std::to_string(stream.times) +
                       " times, last at " + time_text(stream.last_at) +
                       (stream.mended ? ": it began anew, " + std::to_string(stream.lost) + " entries are gone"
                                      : ": rename it as Redis' administrator") +
                       "; see docs/acl.md");
}

// "redis     812 MiB of 1 GiB (79 %)".
void show_memory(const Status::RedisMemory& memory) {
  const auto used = memory.used_bytes, most = memory.limit_bytes.value_or(0);
  if (most <= 0) return fact("redis", model::bytes_text(used) + ", without a maxmemory");
  const auto percent = 100 * static_cast<double>(used) / static_cast<double>(most);
  fact(percent < 80 ? "redis" : "REDIS", model::bytes_text(used) + " of " + model::bytes_text(most) + " (" +
                                             std::to_string(static_cast<int>(percent + 0.5)) + " %)");
  if (memory.policy != "noeviction")
    fact("REDIS",
         "its maxmemory-policy is '" + visible(memory.policy) + "': full, it throws away what Hotspot has written");
}

// Annotations for graphs.
void show_events(const Status::Events& events) {
  const std::string counts = std::to_string(events.written) + " written, " + std::to_string(events.dropped) +
                             " dropped, " + std::to_string(events.waiting) + " wait";
  const std::string& problem = events.problem;
  fact(problem.empty() ? "events" : "EVENTS",
       counts + (problem.empty() ? "" : "; the newest could not be written: " + visible(problem)));
}

// What the leader knows about nodes, libvirt and Redis.
void show_surroundings(const Status& status) {
  show_intake(status.intake);
  show_commands(status.commands);
  if (status.admission) show_admission(*status.admission);
  if (status.connections) show_connections(*status.connections);
  show_streams(status.streams_ahead);
  if (status.redis_memory) show_memory(*status.redis_memory);
  if (status.graphite_events) show_events(*status.graphite_events);
  for (const Status::Remark& remark : status.store_remarks)
    fact("STORE", "at " + time_text(remark.at) + ": " + remark.sentence);
}

// Two guests may be writing to the same disk: that comes before everything else.
void show_two_nodes(const std::vector<Status::TwoNodes>& all) {
  for (const Status::TwoNodes& one : all) {
    std::string nodes;
    for (const std::string& node : one.nodes) nodes += (nodes.empty() ? "" : " and on ") + visible(node);
    fact("ALARM", visible(one.domain) + " runs on " + nodes +
                      (one.certain ? " at once" : ", as far as is known; one of them is silent") + ", since " +
                      time_text(one.since) + "; nothing is done to it (" + visible(one.domain_uuid) + ")");
  }
}

void show_firings(const Status& status) {
  std::size_t pending = 0, firing = 0;
  for (const Status::Firing& one : status.firings) {
    if (one.phase == "pending" && ++pending > kListedPending) continue;
    if (one.phase == "firing") ++firing;
    fact("rule", firing_text(one));
  }
  for (const Status::Aside& aside : status.rules_aside)
    fact("set aside", "rule " + aside.rule + " since " + time_text(aside.since) +
                          ": it costs more than limits.rule_operations; tried again at " + time_text(aside.until));
  for (const Status::RuleTrust& trust : status.rule_trust)
    if (!trust.may_act) fact("may not act", "rule " + trust.rule + " " + lost_right_text(trust));
  if (const Status::Recommendations& waiting = status.recommendations; waiting.standing > 0)
    fact("recommends", std::to_string(waiting.standing) +
                           ", to be applied or refused by an operator: hotspotctl plan show" +
                           (waiting.next_expires ? "; the first expires at " + time_text(*waiting.next_expires) : ""));
  const std::size_t all_firing = status.firing_count.value_or(firing);
  if (all_firing > firing) fact("", "and " + std::to_string(all_firing - firing) + " more firing");
  if (status.postponed_decisions > 0)
    fact("", std::to_string(status.postponed_decisions) + " decisions come in later rounds: too many fire at once");
  const std::size_t all_pending = status.pending_count.value_or(pending);
  if (all_pending > kListedPending)
    fact("", "and " + std::to_string(all_pending - kListedPending) + " more pending; see hotspotctl rule list");
}

void show_drains(const std::vector<Status::Drain>& drains) {
  for (const Status::Drain& drain : drains) {
    fact("drain", drain.node + " since " + time_text(drain.since) + ", by " + drain.owner +
                      (drain.reason.empty() ? "" : ": " + drain.reason));
    if (const std::string left = drain_left_text(drain); !left.empty()) fact("", left);
  }
}

void show_holds(const Status& status, double now) {
  for (const Status::Hold& hold : status.holds)
    if (!client::is_pause(hold)) fact("held", hold_text(hold));
  for (const auto& [uuid, rest] : status.foreign_rests) {
    const double until = to_unix_seconds(rest.until);
    if (until > now)
      fact("rests",
           rest.domain + " for another " + ago_cell(now, until) + ": somebody else changed it (" + rest.what + ")");
  }
}

constexpr std::size_t kListedRefusals = 10;

void show_refusals(const Status::TargetRefusals& refusals, double now) {
  for (const auto& [uuid, why] : refusals.distrusted_nodes) {
    std::string name = uuid;
    for (const Status::TargetRefusal& one : refusals.list)
      if (one.target_uuid == uuid) name = one.target;
    fact("last target", visible(name) + ": " + why);
  }
  std::size_t left = 0;
  for (const Status::TargetRefusal& one : refusals.list) {
    const double until = to_unix_seconds(one.until);
    if (until <= now || ++left > kListedRefusals) continue;
    fact("refused", visible(one.domain) + " by " + visible(one.target) + ", " + ago_cell(to_unix_seconds(one.at), now) +
                        " ago, not again for " + ago_cell(now, until) + ": " + visible(one.reason));
  }
  if (left > kListedRefusals) fact("", "and " + std::to_string(left - kListedRefusals) + " more; see status -o json");
}

void show_cooldowns(const std::map<std::string, Status::Cooldown>& cooldowns, double now) {
  for (const auto& [uuid, cooldown] : cooldowns) {
    const double until = to_unix_seconds(cooldown.until);
    if (until <= now) continue;
    fact("cooldown", (cooldown.domain.empty() ? uuid : cooldown.domain) + " for another " + ago_cell(now, until) +
                         ", action " + std::to_string(cooldown.repetitions) + " of late");
  }
}

// Members that could lead, and may not.
std::vector<ports::Abstention> abstentions_in(const std::map<std::string, std::string>& state, double now) {
  const auto field = state.find(io::kAbstentionsField);
  auto all = io::abstentions_from_text(field == state.end() ? "" : field->second);
  std::erase_if(all, [&](const ports::Abstention& one) {
    return now - to_unix_seconds(one.at) > to_seconds(ports::kAbstentionLasts);
  });
  return all;
}

void show(const Status& status, const ports::LeaseState& lease, const std::vector<ports::Abstention>& abstentions,
          double now) {
  show_two_nodes(status.domains_on_two_nodes);
  // What keeps Hotspot from acting at all comes first.
  if (const Status::Hold* pause = client::pause_of(status)) fact("PAUSED", pause_text(*pause));
  show_leader(status, lease, now);
  for (const ports::Abstention& one : abstentions) fact("NOT LEADING", one.holder + " " + one.why);
  show_other_version(status.version);
  show_mode(status);
  show_rules(status.rules);
  show_windows(status.windows);
  show_surroundings(status);
  show_firings(status);
  show_drains(status.drains);
  for (const Status::InFlight& action : status.in_flight) fact("in flight", in_flight_text(action));
  show_holds(status, now);
  show_refusals(status.target_refusals, now);
  show_cooldowns(status.cooldowns, now);
}

// Adds the names of domains, if an older hotspotd wrote only UUIDs.
void name_cooldowns(Session& session, std::map<std::string, Status::Cooldown>& cooldowns) {
  const auto unnamed = [](const auto& one) { return one.second.domain.empty(); };
  if (std::none_of(cooldowns.begin(), cooldowns.end(), unnamed)) return;
  const auto known = known_names(session, Noun::kDomain);
  for (const KnownName& domain : known ? *known : std::vector<KnownName>())
    if (const auto found = cooldowns.find(domain.uuid); found != cooldowns.end()) found->second.domain = domain.name;
}

// As it is in Redis, with members that only a newer version knows; and who leads.
Json json_of(const Session& session, const std::string& text, const ports::LeaseState& lease, const Status& status) {
  Json json = record::parse_json(text);
  json["cluster"] = session.config().cluster;
  json["leader"] = {{"holder", lease.holder}, {"token", lease.token}};
  json["abstentions"] = Json::array();
  for (const auto& [uuid, cooldown] : status.cooldowns)
    if (!cooldown.domain.empty()) json["cooldowns"][uuid]["domain"] = cooldown.domain;
  return json;
}

// As hotspotd wrote them. Collectors see from hotspot_metrics_timestamp_seconds whether there is a leader.
int metrics(const std::map<std::string, std::string>& state) {
  const auto text = state.find("metrics");
  if (text == state.end()) return fail("the hotspotd that leads writes no metrics: it is of an older version");
  std::fputs(text->second.c_str(), stdout);
  return kDone;
}

}  // namespace

int status(Session& session) {
  // Metrics do not depend on a status that this version can read.
  if (session.format() == Format::kPrometheus) {
    const auto state = session.redis().state();
    if (!state) return fail(state.error().message);
    if (state->contains("status")) return metrics(*state);
  }
  auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  const auto lease = session.redis().lease();
  if (!lease) return fail(lease.error().message);
  const auto abstentions = abstentions_in(record->fields, session.now_seconds());
  if (!record->led) {
    for (const ports::Abstention& one : abstentions)
      fail(text::visible(one.holder + " " + one.why, text::kMostLineBytes));
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet" +
         (lease->holder.empty() ? ", and none leads it now" : "; " + lease->holder + " has just begun"));
    return kNothing;
  }
  name_cooldowns(session, record->status.cooldowns);
  if (session.format() == Format::kTable) {
    fact("cluster", session.config().cluster);
    show(record->status, *lease, abstentions, session.now_seconds());
    return kDone;
  }
  Json json = json_of(session, record->fields.at("status"), *lease, record->status);
  for (const ports::Abstention& one : abstentions)
    json["abstentions"].push_back({{"holder", one.holder}, {"at", to_unix_seconds(one.at)}, {"why", one.why}});
  std::fputs(to_text(json, session.format()).c_str(), stdout);
  return kDone;
}

}  // namespace hotspot::ctl
