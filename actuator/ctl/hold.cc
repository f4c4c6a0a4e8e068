// hotspotctl hold add, list, remove; hotspotctl mode pause, resume: what is left alone, by whom and why.
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/time_of_day.h"
#include "actuator/daemon/quantity.h"
#include "actuator/daemon/steering_state.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using Arguments = std::map<std::string, std::string>;

std::string owner_of(const HoldRequest& request) { return request.owner.empty() ? login_user() : request.owner; }

Result<daemon::HoldState> read_holds(Session& session) {
  const auto state = session.redis().state();
  if (!state) return state.error();
  const auto found = state->find("holds");
  auto holds = daemon::holds_from_json(found == state->end() ? "" : found->second);
  if (!holds) return Error{"the holds in Redis cannot be read: " + holds.error().message};
  return holds;
}

Result<Arguments> arguments_of(Session& session, const HoldRequest& request) {
  Arguments arguments{{"owner", owner_of(request)}, {"reason", request.reason}};
  if (!request.on.empty()) arguments.insert({{"on", request.on}, {"name", request.name}});
  if (request.cancel) arguments["cancel"] = "true";
  if (request.yes) arguments["yes"] = "true";
  if (!request.length.empty()) {
    const auto length = daemon::parse_duration(request.length);
    if (!length) return Error{"--for: " + length.error().message};
    if (*length <= Milliseconds(0)) return Error{"--for: it must be longer than nothing"};
    arguments["for_ms"] = std::to_string(length->count());
  } else if (!request.until.empty()) {
    const auto until = parse_time(request.until, session.now());
    if (!until) return Error{"--until: " + until.error().message};
    if (*until <= session.now()) return Error{"--until: '" + request.until + "' is in the past"};
    arguments["until_ms"] = std::to_string(to_unix_ms(*until));
  }
  return arguments;
}

std::string subject_text(const HoldRequest& request) {
  return request.on.empty() || request.on == "cluster" ? "the cluster" : request.on + " " + request.name;
}

int send_hold(Session& session, const std::string& verb, const HoldRequest& request) {
  const auto arguments = arguments_of(session, request);
  if (!arguments) {
    fail(arguments.error().message);
    return kUsage;
  }
  if (!request.dry_run) return send_and_wait(session, verb, *arguments);
  std::string end;
  if (arguments->contains("for_ms")) end = " for " + request.length;
  if (arguments->contains("until_ms")) {
    const WallTime until = from_unix_ms(std::strtoll(arguments->at("until_ms").c_str(), nullptr, 10));
    end = " until " + time_cell(to_unix_seconds(until));
  }
  std::printf("would %s %s for %s%s: %s\n", verb == "pause" ? "pause" : "hold", subject_text(request).c_str(),
              arguments->at("owner").c_str(), end.c_str(), request.reason.c_str());
  return kDone;
}

// Somebody else's hold is there for a reason.
bool agreed(const plan::Hold& hold, const HoldRequest& request, const std::string& what) {
  if (request.yes || hold.owner == owner_of(request)) return true;
  const std::string until = hold.until ? " until " + time_cell(to_unix_seconds(*hold.until)) : "";
  if (request.dry_run || isatty(STDIN_FILENO) == 0) {
    fail("that is " + hold.owner + "'s" + until + " (" + hold.reason + "); say --yes to " + what + " it" +
         (what == "replace" ? ", or end it with hotspotctl mode resume" : ""));
    return false;
  }
  std::fprintf(stderr, "%s is held by %s%s: %s. Do you want to %s it? [y/N] ", plan::subject_of(hold).c_str(),
               hold.owner.c_str(), until.c_str(), hold.reason.c_str(), what.c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

int lift(Session& session, const std::string& id, const HoldRequest& request) {
  const auto state = read_holds(session);
  if (!state) return fail(state.error().message);
  const bool pause = id == plan::kPauseId;
  for (const plan::Hold& hold : state->holds) {
    if (hold.id != id) continue;
    if (request.dry_run) {
      std::printf("would let %s go, held by %s: %s\n", plan::subject_of(hold).c_str(), hold.owner.c_str(),
                  hold.reason.c_str());
      return kDone;
    }
    if (!agreed(hold, request, "remove")) return kFailed;
    const Arguments by{{"owner", owner_of(request)}};
    if (pause) return send_and_wait(session, "resume", by);
    return send_and_wait(session, "hold_remove", {{"owner", owner_of(request)}, {"id", id}});
  }
  fail(pause ? "it is not paused" : "there is no hold '" + id + "'; hotspotctl hold list shows them");
  return kNothing;
}

}  // namespace

std::string login_user() {
  if (const char* user = std::getenv("SUDO_USER"); user != nullptr && *user != '\0') return user;
  const passwd* entry = getpwuid(getuid());
  return entry == nullptr ? std::to_string(getuid()) : entry->pw_name;
}

int hold_add(Session& session, const HoldRequest& request) {
  const bool cluster = request.on == "cluster";
  if (cluster == request.name.empty()) return send_hold(session, "hold_add", request);
  fail(cluster ? "the cluster is held without a name: hotspotctl hold add cluster --reason …"
               : "which " + request.on + "? hotspotctl hold add " + request.on + " NAME --reason …");
  return kUsage;
}

int pause(Session& session, const HoldRequest& request) {
  HoldRequest agreed_upon = request;
  // Holds that cannot be read keep nobody from pausing; hotspotd refuses where it must.
  const auto state = read_holds(session);
  for (const plan::Hold& hold : state ? state->holds : std::vector<plan::Hold>()) {
    if (hold.id != plan::kPauseId || hold.owner == owner_of(request)) continue;
    if (!agreed(hold, request, "replace")) return kFailed;
    agreed_upon.yes = true;
  }
  return send_hold(session, "pause", agreed_upon);
}

int resume(Session& session, const HoldRequest& request) { return lift(session, plan::kPauseId, request); }

int hold_remove(Session& session, const std::string& id, const HoldRequest& request) {
  return lift(session, id, request);
}

int hold_list(Session& session) {
  const auto state = read_holds(session);
  if (!state) return fail(state.error().message);
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const plan::Hold& hold : state->holds) {
    json.push_back(daemon::json_of(hold));
    rows.push_back({hold.id, plan::subject_of(hold), hold.owner, time_cell(to_unix_seconds(hold.since)),
                    hold.until ? time_cell(to_unix_seconds(*hold.until)) : "removed", hold.reason});
  }
  return session.show({{"ID"}, {"HELD"}, {"BY"}, {"SINCE"}, {"UNTIL"}, {"REASON"}}, rows, json);
}

}  // namespace hotspot::ctl
