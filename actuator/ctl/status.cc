// hotspotctl status: who leads, the state of the cluster as the leader sees it, and what is wrong.
#include <algorithm>
#include <cstdio>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/known_names.h"
#include "actuator/io/redis/lease.h"
#include "actuator/model/text.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using text::visible;

// An older status means that the daemon no longer writes.
constexpr double kSilentSeconds = 15;
constexpr std::size_t kListedPending = 20;

void show_leader(const Json& status, const ports::LeaseState& lease, double now) {
  const double silent = now - status.value("at", 0.0);
  if (lease.holder.empty()) {
    fact("leader", "NOBODY leads: is hotspotd running?");
  } else if (silent > kSilentSeconds) {
    fact("leader", lease.holder + ", but it has written nothing for " + ago_cell(status.value("at", 0.0), now));
  } else {
    fact("leader", lease.holder + ", token " + std::to_string(lease.token) + ", since " +
                       time_cell(status.value("leads_since", status.value("started_at", 0.0))));
  }
}

void show_rules(const Json& rules) {
  fact("rules", std::to_string(rules.value("rules", 0)) + " in " + std::to_string(rules.at("files").size()) +
                    " files, set " + rules.value("fingerprint", "") + " since " + time_cell(rules.value("since", 0.0)));
  if (!rules.value("last_reload_ok", true)) {
    fact("",
         "LAST RELOAD REFUSED at " + time_cell(rules.value("last_reload_at", 0.0)) + "; the set above keeps running");
    say_lines(rules.value("last_reload_message", ""));
  }
}

// "windows   node_cpu_ratio over 7 d: full on 3 of 4; the others since 2026-11-20 12:00:01".
std::string window_line(const Json& window) {
  const auto number = [&](const char* key) { return window.value(key, std::size_t{0}); };
  const bool recorded = window.value("metric", "").find(':') != std::string::npos;
  std::string text = window.value("metric", "") + " over " + duration_cell(window.value("reach_seconds", 0.0)) + ": ";
  if (number("tables") == 0) return text + "no sample yet";
  if (number("full") == number("tables")) return text + "full";
  if (!recorded && number("tables") > 1) {
    text += "full on " + std::to_string(number("full")) + " of " + std::to_string(number("tables")) + " nodes, ";
  }
  return text + "filled since " + time_cell(window.value("since_all", 0.0));
}

void show_windows(const Json& windows) {
  const std::string state = windows.value("state", "");
  if (state.empty()) return;
  std::string text;
  if (state == "none") text = "no history is configured; they fill as samples come";
  if (state == "waiting") text = "waiting for nodes before history is read";
  if (state == "reading") text = "reading history since " + time_cell(windows.value("asked_at", 0.0));
  if (state == "filling") text = "taking history in";
  if (state == "failed") text = "NO HISTORY: " + windows.value("message", "") + "; they fill as samples come";
  if (state == "filled" && windows.at("history_to").is_number()) {
    text = "history from " + time_cell(windows.value("history_from", 0.0)) + " up to " +
           time_cell(windows.value("history_to", 0.0));
  } else if (state == "filled") {
    text = "history has nothing for them; they fill as samples come";
  }
  fact("windows", text);
  if (state == "reading" && !windows.value("message", "").empty()) fact("", windows.value("message", ""));
  for (const Json& window : windows.at("list")) fact("", window_line(window));
}

void show_intake(const Json& intake) {
  fact("nodes", std::to_string(intake.value("nodes", 0)) + ", " + std::to_string(intake.value("stale_nodes", 0)) +
                    " of them stale");
  std::string counts;
  for (const auto& [name, count] : intake.at("snapshots").items()) {
    counts += (counts.empty() ? "" : ", ") + count.dump() + " " + name;
  }
  fact("snapshots", counts.empty() ? "none yet" : counts);
  for (const auto& [fault, bad] : intake.at("bad_snapshots").items()) {
    fact("", "skipped " + bad.at("count").dump() + " × " + fault + ", last at " + time_cell(bad.value("last_at", 0.0)) +
                 " " + bad.value("last_stream_id", "") + ": " + bad.value("last_message", ""));
  }
}

// Commands refused for their id or number: a sign of flooding or forgery.
void show_commands(const Json& commands) {
  const auto count = [&](const char* name) { return commands.value(name, std::uint64_t{0}); };
  std::string text;
  const auto add = [&](const char* name, const std::string& words) {
    if (count(name) > 0) text += (text.empty() ? "" : ", ") + std::to_string(count(name)) + words;
  };
  add("of_the_future", " with ids ahead of Redis' clock");
  add("too_many", " because too many came at once");
  add("unanswered", " without an answer");
  if (!text.empty()) fact("COMMANDS", "refused since the start: " + text + "; docs/acl.md says who may write them");
}

void show_admission(const Json& admission) {
  if (!admission.is_object()) return;  // of an older version
  const auto number = [&](const char* key) { return admission.value(key, std::size_t{0}); };
  std::string text = std::to_string(number("admitted")) + " admitted";
  for (const char* standing : {"frozen", "keyless", "unproven"})
    if (number(standing) > 0) text += ", " + std::to_string(number(standing)) + " " + standing;
  if (number("waiting") > 0) text += "; " + std::to_string(number("waiting")) + " wait: hotspotctl node list --waiting";
  fact("admission", text);
  for (const Json& node : admission.at("troubled"))
    fact("", node.value("id", "") + " is " + node.value("standing", "") + ": " + node.value("why", ""));
  for (const auto& [kind, refused] : admission.at("refused").items())
    fact("", "refused " + refused.at("count").dump() + " × " + kind + ", last at " +
                 time_cell(refused.value("last_at", 0.0)) + ": " + refused.value("last_message", ""));
}

// Nodes without a connection to libvirt, in every mode: so that it is known before something has to be done.
void show_connections(const Json& connections) {
  constexpr std::size_t kListed = 10;
  if (!connections.is_object()) return;
  const auto number = [&](const char* key) { return connections.value(key, std::size_t{0}); };
  const std::string missing = std::to_string(number("not_connected"));
  const std::size_t connected = number("connected");
  fact("libvirt", "connected to " + std::to_string(connected) + (connected == 1 ? " node" : " nodes") +
                      (missing == "0" ? "" : ", NOT to " + missing));
  std::size_t listed = 0;
  for (const Json& one : connections.at("troubles")) {
    if (++listed > kListed) return fact("", "and others; see hotspotctl -o json status");
    fact("", one.value("node", one.value("node_uuid", "")) + " since " + time_cell(one.value("since", 0.0)) + ": " +
                 one.value("problem", ""));
  }
}

void show_streams(const Json& streams) {
  for (const Json& stream : streams) {
    const bool mended = stream.value("mended", false);
    fact("STREAM", stream.value("key", "") + " had an id of the future (" + stream.value("last_id", "") + ") " +
                       stream.at("times").dump() + " times, last at " + time_cell(stream.value("last_at", 0.0)) +
                       (mended ? ": it began anew, " + stream.at("lost").dump() + " entries are gone"
                               : ": rename it as Redis' administrator") +
                       "; see docs/acl.md");
  }
}

// "redis     812 MiB of 1 GiB (79 %)"; nothing if it is not known.
void show_memory(const Json& memory) {
  if (!memory.is_object()) return;
  const auto used = memory.value("used_bytes", std::int64_t{0});
  const Json limit = memory.value("limit_bytes", Json());
  if (!limit.is_number_integer() || limit.get<std::int64_t>() <= 0)
    return fact("redis", model::bytes_text(used) + ", without a maxmemory");
  const auto most = limit.get<std::int64_t>();
  const auto percent = 100 * static_cast<double>(used) / static_cast<double>(most);
  fact(percent < 80 ? "redis" : "REDIS", model::bytes_text(used) + " of " + model::bytes_text(most) + " (" +
                                             std::to_string(static_cast<int>(percent + 0.5)) + " %)");
  const std::string policy = memory.value("policy", "");
  if (policy != "noeviction")
    fact("REDIS", "its maxmemory-policy is '" + visible(policy) + "': full, it throws away what Hotspot has written");
}

// Annotations for graphs; nothing if hotspotd writes none.
void show_events(const Json& events) {
  if (!events.is_object()) return;
  const auto count = [&](const char* name) { return std::to_string(events.value(name, std::uint64_t{0})); };
  const std::string counts =
      count("written") + " written, " + count("dropped") + " dropped, " + count("waiting") + " wait";
  const std::string problem = events.value("problem", "");
  fact(problem.empty() ? "events" : "EVENTS",
       counts + (problem.empty() ? "" : "; the newest could not be written: " + visible(problem)));
}

void show_remarks(const Json& remarks) {
  for (const Json& remark : remarks)
    fact("STORE", "at " + time_cell(remark.value("at", 0.0)) + ": " + remark.value("sentence", ""));
}

// What keeps Hotspot from acting at all comes first.
void show_pause(const Json& holds) {
  for (const Json& hold : holds)
    if (is_pause(hold)) fact("PAUSED", pause_text(hold));
}

// Two guests may be writing to the same disk: that comes before everything else.
void show_two_nodes(const Json& all) {
  for (const Json& one : all) {
    std::string nodes;
    for (const Json& node : one.at("nodes"))
      nodes += (nodes.empty() ? "" : " and on ") + visible(node.get<std::string>());
    fact("ALARM", visible(one.value("domain", "")) + " runs on " + nodes +
                      (one.value("certain", false) ? " at once" : ", as far as is known; one of them is silent") +
                      ", since " + time_cell(one.value("since", 0.0)) + "; nothing is done to it (" +
                      visible(one.value("domain_uuid", "")) + ")");
  }
}

void show_holds(const Json& holds, const Json& rests, double now) {
  for (const Json& hold : holds)
    if (!is_pause(hold)) fact("held", hold_text(hold));
  for (const auto& [uuid, rest] : rests.items()) {
    if (rest.value("until", 0.0) <= now) continue;
    fact("rests", rest.value("domain", "") + " for another " + ago_cell(now, rest.value("until", 0.0)) +
                      ": somebody else changed it (" + rest.value("what", "") + ")");
  }
}

constexpr std::size_t kListedRefusals = 10;

void show_refusals(const Json& refusals, double now) {
  for (const auto& [uuid, why] : refusals.at("distrusted_nodes").items()) {
    std::string name = uuid;
    for (const Json& one : refusals.at("list"))
      if (one.value("target_uuid", "") == uuid) name = one.value("target", "");
    fact("last target", visible(name) + ": " + why.get<std::string>());
  }
  std::size_t left = 0;
  for (const Json& one : refusals.at("list")) {
    if (one.value("until", 0.0) <= now || ++left > kListedRefusals) continue;
    fact("refused", visible(one.value("domain", "")) + " by " + visible(one.value("target", "")) + ", " +
                        ago_cell(one.value("at", 0.0), now) + " ago, not again for " +
                        ago_cell(now, one.value("until", 0.0)) + ": " + visible(one.value("reason", "")));
  }
  if (left > kListedRefusals) fact("", "and " + std::to_string(left - kListedRefusals) + " more; see status -o json");
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

void show_abstentions(const Json& abstentions) {
  for (const Json& one : abstentions) fact("NOT LEADING", one.value("holder", "") + " " + one.value("why", ""));
}

void show(const Json& status, const ports::LeaseState& lease, double now) {
  const Json none = Json::array();
  const Json holds = status.value("holds", none);
  show_two_nodes(status.value("domains_on_two_nodes", none));
  show_pause(holds);
  show_leader(status, lease, now);
  show_abstentions(status.at("abstentions"));
  fact("mode", status.value("mode", "") + (status.value("dry_run", false) ? ", dry run" : "") +
                   (status.value("mode", "") == status.value("configured_mode", "")
                        ? ""
                        : " (configured: " + status.value("configured_mode", "") + ")"));
  show_rules(status.at("rules"));
  show_windows(status.at("windows"));
  show_intake(status.at("intake"));
  show_commands(status.value("commands", Json::object()));
  show_admission(status.value("admission", Json()));
  show_connections(status.value("connections", Json()));
  show_streams(status.value("streams_ahead", Json::array()));
  show_memory(status.value("redis_memory", Json()));
  show_events(status.value("graphite_events", Json()));
  show_remarks(status.value("store_remarks", Json::array()));
  std::size_t pending = 0, firing_listed = 0;
  for (const Json& firing : status.at("firings")) {
    if (firing.value("phase", "") == "pending" && ++pending > kListedPending) continue;
    if (firing.value("phase", "") == "firing") ++firing_listed;
    fact("rule", firing_text(firing));
  }
  for (const Json& aside : status.value("rules_aside", none)) {
    fact("set aside", "rule " + aside.value("rule", "") + " since " + time_cell(aside.value("since", 0.0)) +
                          ": it costs more than limits.rule_operations; tried again at " +
                          time_cell(aside.value("until", 0.0)));
  }
  const std::size_t all_firing = status.value("firing_count", firing_listed);
  if (all_firing > firing_listed) fact("", "and " + std::to_string(all_firing - firing_listed) + " more firing");
  if (const auto later = status.value("postponed_decisions", std::size_t{0}); later > 0)
    fact("", std::to_string(later) + " decisions come in later rounds: too many fire at once");
  const std::size_t all_pending = status.value("pending_count", pending);
  if (all_pending > kListedPending) {
    fact("", "and " + std::to_string(all_pending - kListedPending) + " more pending; see hotspotctl rule list");
  }
  for (const Json& drain : status.value("drains", Json::array())) {
    const std::string reason = drain.value("reason", "");
    fact("drain", drain.value("node", "") + " since " + time_cell(drain.value("since", 0.0)) + ", by " +
                      drain.value("owner", "") + (reason.empty() ? "" : ": " + reason));
    if (const std::string left = drain_left_text(drain); !left.empty()) fact("", left);
  }
  for (const Json& action : status.at("in_flight")) {
    fact("in flight", in_flight_text(action));
  }
  show_holds(holds, status.value("foreign_rests", Json::object()), now);
  if (const auto refusals = status.find("target_refusals"); refusals != status.end()) show_refusals(*refusals, now);
  for (const auto& [uuid, cooldown] : status.at("cooldowns").items()) {
    if (cooldown.value("until", 0.0) <= now) continue;
    const std::string name = cooldown.value("domain", "");
    fact("cooldown", (name.empty() ? uuid : name) + " for another " + ago_cell(now, cooldown.value("until", 0.0)) +
                         ", action " + cooldown.at("repetitions").dump() + " of late");
  }
}

// Replaces UUIDs by names, if an older hotspotd wrote only UUIDs.
void name_cooldowns(Session& session, Json& cooldowns) {
  const auto unnamed = [](const Json& one) { return one.value("domain", "").empty(); };
  if (std::none_of(cooldowns.begin(), cooldowns.end(), unnamed)) return;
  const auto known = known_names(session, Noun::kDomain);
  for (const KnownName& domain : known ? *known : std::vector<KnownName>())
    if (const auto found = cooldowns.find(domain.uuid); found != cooldowns.end()) (*found)["domain"] = domain.name;
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
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto lease = session.redis().lease();
  if (!lease) return fail(lease.error().message);
  const auto abstentions = abstentions_in(*state, session.now_seconds());
  const auto text = state->find("status");
  if (text == state->end()) {
    for (const ports::Abstention& one : abstentions)
      fail(text::visible(one.holder + " " + one.why, text::kMostLineBytes));
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet" +
         (lease->holder.empty() ? ", and none leads it now" : "; " + lease->holder + " has just begun"));
    return kNothing;
  }
  if (session.format() == Format::kPrometheus) return metrics(*state);
  Json status = record::parse_json(text->second);
  if (status.is_discarded()) return fail("the status in Redis is not JSON, or is nested too deep");
  status["cluster"] = session.config().cluster;
  status["leader"] = {{"holder", lease->holder}, {"token", lease->token}};
  status["abstentions"] = Json::array();
  for (const ports::Abstention& one : abstentions)
    status["abstentions"].push_back({{"holder", one.holder}, {"at", to_unix_seconds(one.at)}, {"why", one.why}});
  name_cooldowns(session, status.at("cooldowns"));
  if (session.format() != Format::kTable) {
    std::fputs(to_text(status, session.format()).c_str(), stdout);
  } else {
    fact("cluster", session.config().cluster);
    show(status, *lease, session.now_seconds());
  }
  return kDone;
}

}  // namespace hotspot::ctl
