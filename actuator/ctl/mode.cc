// hotspotctl mode: shows the mode and what keeps Hotspot from acting, or changes it and waits for the effect.
#include <cstdio>
#include <functional>

#include "actuator/client/status_record.h"
#include "actuator/client/wait.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/follow.h"
#include "actuator/ctl/send.h"
#include "actuator/record/status_json.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// The leader writes its status every second; of thousands of nodes every five.
constexpr Milliseconds kSeenWithin{10'000};

std::optional<record::Mode> mode_from(const std::string& word) {
  for (const record::Mode mode : {record::Mode::kObserve, record::Mode::kRecommend, record::Mode::kEnforce})
    if (word == record::to_string(mode)) return mode;
  return std::nullopt;
}

bool is_paused(const client::StatusRecord& record) { return client::pause_of(record.status) != nullptr; }

Json json_of(const client::StatusRecord& record) {
  Json holds = Json::array(), paused;
  for (const record::Status::Hold& hold : record.status.holds) {
    if (client::is_pause(hold)) paused = record::json_of(hold);
    if (!client::is_pause(hold)) holds.push_back(record::json_of(hold));
  }
  return {{"mode", record.status.mode},
          {"configured_mode", record.status.configured_mode},
          {"dry_run", record.status.dry_run},
          {"paused", paused},
          {"holds", holds}};
}

void show(const client::StatusRecord& record, const ports::LeaseState& lease) {
  say(record.status.mode);
  if (lease.holder.empty()) fact("leader", "NOBODY leads: nothing is decided; is hotspotd running?");
  if (record.status.dry_run) fact("dry run", "actions are decided, and nothing is touched");
  if (const auto* pause = client::pause_of(record.status)) fact("PAUSED", pause_text(*pause));
  for (const record::Status::Hold& hold : record.status.holds)
    if (!client::is_pause(hold)) fact("held", hold_text(hold));
}

int show_mode(Session& session) {
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  if (!record->led) return say_nobody_led(session);
  const auto lease = session.redis().lease();
  if (!lease) return fail(lease.error().message);
  if (session.format() == Format::kTable)
    show(*record, *lease);
  else
    std::fputs(to_text(json_of(*record), session.format()).c_str(), stdout);
  return kDone;
}

int settle(Session& session, const std::function<bool(const client::StatusRecord&)>& is_so, const Patience& patience) {
  const auto seen = [&] {
    const auto record = client::read_status(session.connection());
    return record && record->led && is_so(*record);
  };
  if (!client::wait_until(session.connection(), kSeenWithin, seen)) {
    // The leader has confirmed the change; only whether actions are still under way is not known.
    fail("the leader has done it, but its status does not show it yet; see hotspotctl status");
    return patience.asked() ? kFailed : kDone;
  }
  if (!patience.asked()) return kDone;
  return follow(session, patience, "what is under way goes on", [&]() -> Look {
    const auto record = client::read_status(session.connection());
    if (!record) return {{}, record.error().message};
    const auto& flying = record->status.in_flight;
    const bool begins_none = record->status.mode != "enforce" || is_paused(*record);
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
      session, [&](const client::StatusRecord& record) { return record.status.mode == wanted; }, patience);
  const auto record = client::read_status(session.connection());
  if (record && is_paused(*record))
    fail("it is paused all the same: nothing is begun until hotspotctl mode resume; see hotspotctl mode");
  return code;
}

int settle_pause(Session& session, Pausing pausing, const Patience& patience) {
  return settle(
      session, [&](const client::StatusRecord& record) { return is_paused(record) == (pausing == Pausing::kBegun); },
      patience);
}

int reload(Session& session) { return send_and_wait(session, record::Reload{login_user()}); }

}  // namespace hotspot::ctl
