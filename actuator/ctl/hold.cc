// hotspotctl hold add, list, remove; hotspotctl mode pause, resume: holds, with owner and reason.
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/send.h"
#include "actuator/ctl/time_of_day.h"
#include "actuator/plan/hold.h"
#include "actuator/record/hold.h"
#include "actuator/record/status_json.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

std::string owner_of(const HoldRequest& request) { return request.owner.empty() ? login_user() : request.owner; }

Result<record::Holds> read_holds(Session& session) {
  const auto state = session.redis().state();
  if (!state) return state.error();
  const auto found = state->find("holds");
  auto holds = record::holds_from_json(found == state->end() ? "" : found->second);
  if (!holds) return Error{"the holds in Redis cannot be read: " + holds.error().message};
  return holds;
}

Result<record::End> end_of(const Session& session, const HoldRequest& request) {
  record::End end;
  if (!request.length.empty()) {
    const auto length = text::parse_loose_duration(request.length);
    if (!length) return Error{"--for: " + text::sentence(length.error())};
    if (*length <= Milliseconds(0)) return Error{"--for: it must be longer than nothing"};
    end.length = *length;
  } else if (!request.until.empty()) {
    const auto until = parse_time(request.until, session.now());
    if (!until) return Error{"--until: " + until.error().message};
    if (*until <= session.now()) return Error{"--until: '" + request.until + "' is in the past"};
    end.until = *until;
  }
  return end;
}

std::string subject_text(const HoldRequest& request) {
  return request.on.empty() || request.on == "cluster" ? "the cluster" : request.on + " " + request.name;
}

record::Command command_of(const HoldRequest& request, const record::End& end) {
  if (request.on.empty()) return record::Pause{owner_of(request), request.reason, end, request.cancel, request.yes};
  return record::AddHold{request.on, request.name, owner_of(request), request.reason, end, request.cancel};
}

int send_hold(Session& session, const HoldRequest& request) {
  const auto end = end_of(session, request);
  if (!end) {
    fail(end.error().message);
    return kUsage;
  }
  const record::Command command = command_of(request, *end);
  // A command that would be refused for its length is not sent.
  if (const auto read = record::command_from(record::to_entry(command)); !read) return fail(read.error().message);
  if (!request.dry_run) return send_and_wait(session, command);
  std::string until;
  if (end->length) until = " for " + request.length;
  if (end->until) until = " until " + time_cell(*end->until);
  say("would " + std::string(request.on.empty() ? "pause " : "hold ") + subject_text(request) + " for " +
      owner_of(request) + until + ": " + request.reason);
  return kDone;
}

// Asks before another operator's hold is removed.
bool agreed(const record::Hold& hold, const HoldRequest& request, const std::string& what) {
  if (request.yes || hold.owner == owner_of(request)) return true;
  const std::string until = hold.until ? " until " + time_cell(*hold.until) : "";
  if (request.dry_run || isatty(STDIN_FILENO) == 0) {
    fail("that is " + text::visible(hold.owner) + "'s" + until + " (" + text::visible(hold.reason) +
         "); say --yes to " + what + " it" + (what == "replace" ? ", or end it with hotspotctl mode resume" : ""));
    return false;
  }
  const std::string held = record::subject_of(hold) + " is held by " + hold.owner + until + ": " + hold.reason;
  std::fprintf(stderr, "%s. Do you want to %s it? [y/N] ", text::visible(held, text::kMostLineBytes).c_str(),
               what.c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

int lift(Session& session, const std::string& id, const HoldRequest& request) {
  const auto state = read_holds(session);
  if (!state) return fail(state.error().message);
  const bool pause = id == plan::kPauseId;
  for (const record::Hold& hold : state->all) {
    if (hold.id != id) continue;
    if (request.dry_run) {
      say("would let " + record::subject_of(hold) + " go, held by " + hold.owner + ": " + hold.reason);
      return kDone;
    }
    if (!agreed(hold, request, "remove")) return kFailed;
    if (pause) {
      const int code = send_and_wait(session, record::Resume{owner_of(request)});
      return code != kDone ? code : settle_pause(session, Pausing::kEnded, request.patience);
    }
    return send_and_wait(session, record::RemoveHold{id, owner_of(request)});
  }
  if (!pause) return say_unknown(session, Noun::kHold, id);
  fail("it is not paused");
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
  if (cluster == request.name.empty()) return send_hold(session, request);
  fail(cluster ? "the cluster is held without a name: hotspotctl hold add cluster --reason …"
               : "which " + request.on + "? hotspotctl hold add " + request.on + " NAME --reason …");
  return kUsage;
}

int pause(Session& session, const HoldRequest& request) {
  HoldRequest agreed_upon = request;
  // Unreadable holds do not prevent a pause; hotspotd refuses if it must.
  const auto state = read_holds(session);
  for (const record::Hold& hold : state ? state->all : std::vector<record::Hold>()) {
    if (hold.id != plan::kPauseId || hold.owner == owner_of(request)) continue;
    if (!agreed(hold, request, "replace")) return kFailed;
    agreed_upon.yes = true;
  }
  const int code = send_hold(session, agreed_upon);
  return code != kDone || request.dry_run ? code : settle_pause(session, Pausing::kBegun, request.patience);
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
  for (const record::Hold& hold : state->all) {
    json.push_back(record::json_of(hold));
    rows.push_back({hold.id, record::subject_of(hold), hold.owner, time_cell(hold.since),
                    hold.until ? time_cell(*hold.until) : "removed", hold.reason});
  }
  return session.show({{"ID"},
                       {"HELD"},
                       {"BY"},
                       {"SINCE", false, Give::kDropFirst},
                       {"UNTIL", false, Give::kDropLast},
                       {"REASON", false, Give::kBelow}},
                      rows, json, "no holds");
}

}  // namespace hotspot::ctl
