// hotspotctl mode: shows the mode and what keeps Hotspot from acting, or changes it and waits for the effect.
#include <cstdio>
#include <functional>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/follow.h"
#include "actuator/ctl/send.h"
#include "actuator/ctl/status_record.h"
#include "actuator/ctl/wait.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// The leader writes its status every second.
constexpr Milliseconds kSeenWithin{5000};

std::optional<record::Mode> mode_from(const std::string& word) {
  for (const record::Mode mode : {record::Mode::kObserve, record::Mode::kRecommend, record::Mode::kEnforce})
    if (word == record::to_string(mode)) return mode;
  return std::nullopt;
}

bool is_paused(const StatusRecord& record) {
  for (const Json& hold : record.list("holds"))
    if (is_pause(hold)) return true;
  return false;
}

Json json_of(const StatusRecord& record) {
  Json holds = Json::array(), paused;
  for (const Json& hold : record.list("holds")) {
    if (is_pause(hold)) paused = hold;
    if (!is_pause(hold)) holds.push_back(hold);
  }
  return {{"mode", record.status.value("mode", "")},
          {"configured_mode", record.status.value("configured_mode", "")},
          {"dry_run", record.status.value("dry_run", false)},
          {"paused", paused},
          {"holds", holds}};
}

void show(const StatusRecord& record, const ports::LeaseState& lease) {
  say(record.status.value("mode", ""));
  if (lease.holder.empty()) fact("leader", "NOBODY leads: nothing is decided; is hotspotd running?");
  if (record.status.value("dry_run", false)) fact("dry run", "actions are decided, and nothing is touched");
  for (const Json& hold : record.list("holds"))
    if (is_pause(hold)) fact("PAUSED", pause_text(hold));
  for (const Json& hold : record.list("holds"))
    if (!is_pause(hold)) fact("held", hold_text(hold));
}

int show_mode(Session& session) {
  const auto record = read_status(session);
  if (!record) return fail(record.error().message);
  if (!record->known()) return say_nobody_led(session);
  const auto lease = session.redis().lease();
  if (!lease) return fail(lease.error().message);
  if (session.format() == Format::kTable)
    show(*record, *lease);
  else
    std::fputs(to_text(json_of(*record), session.format()).c_str(), stdout);
  return kDone;
}

int settle(Session& session, const std::function<bool(const StatusRecord&)>& is_so, const Patience& patience) {
  const auto seen = [&] {
    const auto record = read_status(session);
    return record && record->known() && is_so(*record);
  };
  if (!wait_until(session, kSeenWithin, seen)) {
    // The leader has confirmed the change; only whether actions are still under way is not known.
    fail("the leader has done it, but its status does not show it yet; see hotspotctl status");
    return patience.asked() ? kFailed : kDone;
  }
  if (!patience.asked()) return kDone;
  return follow(session, patience, "what is under way goes on", [&]() -> Look {
    const auto record = read_status(session);
    if (!record) return {{}, record.error().message};
    const Json flying = record->list("in_flight");
    const bool begins_none = record->status.value("mode", "") != "enforce" || is_paused(*record);
    if (!begins_none || flying.empty()) return {kDone, begins_none ? "nothing is under way any more" : ""};
    return {{}, std::to_string(flying.size()) + " under way still: " + in_flight_text(flying.front())};
  });
}

}  // namespace

int mode(Session& session, const std::string& wanted, const Patience& patience) {
  const auto asked = mode_from(wanted);
  if (!asked) return show_mode(session);
  if (const int code = send_and_wait(session, record::SetMode{*asked, login_user()}); code != kDone) return code;
  const int code = settle(
      session, [&](const StatusRecord& record) { return record.status.value("mode", "") == wanted; }, patience);
  const auto record = read_status(session);
  if (record && is_paused(*record))
    fail("it is paused all the same: nothing is begun until hotspotctl mode resume; see hotspotctl mode");
  return code;
}

int settle_pause(Session& session, Pausing pausing, const Patience& patience) {
  return settle(
      session, [&](const StatusRecord& record) { return is_paused(record) == (pausing == Pausing::kBegun); }, patience);
}

int reload(Session& session) { return send_and_wait(session, record::Reload{login_user()}); }

}  // namespace hotspot::ctl
