// hotspotctl status: who leads, what it believes, what is wrong.
#include <cstdio>

#include "actuator/ctl/commands.h"
#include "actuator/model/text.h"
#include "actuator/plan/hold.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// Older than this, the status tells of a daemon that writes no more.
constexpr double kSilentSeconds = 15;

void line(const char* name, const std::string& value) { std::printf("%-12s %s\n", name, value.c_str()); }

std::string firing_line(const Json& firing) {
  std::string labels;
  for (const auto& [name, value] : firing.at("labels").items()) {
    if (name == "node" || name == "domain") labels += " " + name + "=" + value.get<std::string>();
  }
  std::string text = firing.at("phase").get<std::string>() + "  " + firing.at("rule").get<std::string>() + labels;
  if (!firing.at("held").get<std::string>().empty()) text += ", held " + firing.at("held").get<std::string>();
  if (!firing.at("fresh").get<bool>()) text += " (data are stale: not acted upon)";
  return text;
}

void show_leader(const Json& status, const ports::LeaseState& lease, double now) {
  const double silent = now - status.value("at", 0.0);
  if (lease.holder.empty()) {
    line("leader", "NOBODY leads: is hotspotd running?");
  } else if (silent > kSilentSeconds) {
    line("leader", lease.holder + ", but it has written nothing for " + ago_cell(status.value("at", 0.0), now));
  } else {
    line("leader", lease.holder + ", token " + std::to_string(lease.token) + ", since " +
                       time_cell(status.value("started_at", 0.0)));
  }
}

void show_rules(const Json& rules) {
  line("rules", std::to_string(rules.value("rules", 0)) + " of " + std::to_string(rules.at("files").size()) +
                    " files, set " + rules.value("fingerprint", "") + " since " + time_cell(rules.value("since", 0.0)));
  if (!rules.value("last_reload_ok", true)) {
    line("",
         "LAST RELOAD REFUSED at " + time_cell(rules.value("last_reload_at", 0.0)) + "; the set above keeps running");
    std::printf("%s", rules.value("last_reload_message", "").c_str());
  }
}

void show_intake(const Json& intake) {
  line("nodes", std::to_string(intake.value("nodes", 0)) + ", " + std::to_string(intake.value("stale_nodes", 0)) +
                    " of them stale");
  std::string counts;
  for (const auto& [name, count] : intake.at("snapshots").items()) {
    counts += (counts.empty() ? "" : ", ") + count.dump() + " " + name;
  }
  line("snapshots", counts.empty() ? "none yet" : counts);
  for (const auto& [fault, bad] : intake.at("bad_snapshots").items()) {
    line("", "skipped " + bad.at("count").dump() + " × " + fault + ", last at " + time_cell(bad.value("last_at", 0.0)) +
                 " " + bad.value("last_stream_id", "") + ": " + bad.value("last_message", ""));
  }
}

std::string end_text(const Json& until) { return until.is_null() ? "" : " until " + time_cell(until.get<double>()); }

// What keeps all of it from acting comes first.
void show_pause(const Json& holds) {
  for (const Json& hold : holds) {
    if (hold.at("id") != plan::kPauseId) continue;
    line("PAUSED", "by " + hold.value("owner", "") + end_text(hold.at("until")) + ": " + hold.value("reason", "") +
                       "; hotspotctl mode resume");
  }
}

void show_holds(const Json& holds, const Json& rests, double now) {
  for (const Json& hold : holds) {
    if (hold.at("id") == plan::kPauseId) continue;
    line("held", hold.value("on", "") + " " + hold.value("name", "") + " by " + hold.value("owner", "") +
                     end_text(hold.at("until")) + ": " + hold.value("reason", "") + " (hold " + hold.value("id", "") +
                     ")");
  }
  for (const auto& [uuid, rest] : rests.items()) {
    if (rest.value("until", 0.0) <= now) continue;
    line("rests", rest.value("domain", "") + " for another " + ago_cell(now, rest.value("until", 0.0)) +
                      ": somebody else changed it (" + rest.value("what", "") + ")");
  }
}

void show(const Json& status, const ports::LeaseState& lease, double now) {
  const Json none = Json::array();
  const Json holds = status.value("holds", none);
  show_pause(holds);
  show_leader(status, lease, now);
  line("mode", status.value("mode", "") + (status.value("dry_run", false) ? ", dry run" : "") +
                   (status.value("mode", "") == status.value("configured_mode", "")
                        ? ""
                        : " (configured: " + status.value("configured_mode", "") + ")"));
  show_rules(status.at("rules"));
  show_intake(status.at("intake"));
  for (const Json& firing : status.at("firings")) line("rule", firing_line(firing));
  for (const Json& action : status.at("in_flight")) {
    line("in flight", action.value("state", "") + "  " + action.value("domain", "") + " on " +
                          action.value("node", "") + ": " + action.value("step", "") + " (" + action.value("id", "") +
                          ")");
  }
  show_holds(holds, status.value("foreign_rests", Json::object()), now);
  for (const auto& [uuid, cooldown] : status.at("cooldowns").items()) {
    if (cooldown.value("until", 0.0) <= now) continue;
    line("cooldown", uuid + " for another " + ago_cell(now, cooldown.value("until", 0.0)) + ", action " +
                         cooldown.at("repetitions").dump() + " of late");
  }
}

}  // namespace

int status(Session& session) {
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto lease = session.redis().lease();
  if (!lease) return fail(lease.error().message);
  const auto text = state->find("status");
  if (text == state->end()) {
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet" +
         (lease->holder.empty() ? ", and none leads it now" : "; " + lease->holder + " has just begun"));
    return kNothing;
  }
  Json status = Json::parse(text->second, nullptr, false);
  if (status.is_discarded()) return fail("the status in Redis is not JSON");
  try {
    status["cluster"] = session.config().cluster;
    status["leader"] = {{"holder", lease->holder}, {"token", lease->token}};
    if (session.format() != Format::kTable) {
      std::fputs(to_text(status, session.format()).c_str(), stdout);
    } else {
      line("cluster", session.config().cluster);
      show(status, *lease, session.now_seconds());
    }
  } catch (const Json::exception& problem) {
    return fail(std::string("the status in Redis is of another version: ") + problem.what());
  }
  return kDone;
}

}  // namespace hotspot::ctl
