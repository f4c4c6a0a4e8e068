// hotspotctl node drain, node undrain.
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "actuator/client/status_record.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/send.h"
#include "actuator/record/drain.h"

namespace hotspot::ctl {
namespace {

// Who asks: the user behind sudo, on this machine.
std::string owner() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* user = std::getenv(name);
    if (user != nullptr && *user != '\0') return std::string(user) + "@" + host.data();
  }
  return "uid" + std::to_string(getuid()) + "@" + host.data();
}

// The drain of the named node in the status; null: there is none.
const record::Status::Drain* drain_of(const client::StatusRecord& record, const std::string& name) {
  const auto& drains = record.status.drains;
  const auto found = std::find_if(drains.begin(), drains.end(), [&](const auto& one) { return one.node == name; });
  return found != drains.end() ? &*found : nullptr;
}

// What delays it, in the leader's own words if it gives any.
std::string hindrance(const client::StatusRecord& record) {
  if (const auto* pause = client::pause_of(record.status)) return "; nothing is begun: paused " + pause_text(*pause);
  const std::string& mode = record.status.mode;
  return mode == "enforce" ? "" : "; nothing is begun: the mode is " + mode;
}

std::string moving_from(const client::StatusRecord& record, const std::string& node) {
  for (const record::Status::InFlight& entry : record.status.in_flight)
    if (entry.action.node == node) return "; " + in_flight_text(entry);
  return "";
}

int wait_until_empty(Session& session, const std::string& name, const Patience& patience) {
  bool seen = false;
  const std::string goes_on = "the drain goes on; hotspotctl node show " + name;
  return follow(session, patience, goes_on, [&]() -> Look {
    const auto record = client::read_status(session.connection());
    if (!record) return {{}, record.error().message};
    const record::Status::Drain* drain = drain_of(*record, name);
    if (drain == nullptr && seen) return {kFailed, "somebody has ended the drain of " + name};
    if (drain == nullptr) return {{}, name + ": the leader begins"};
    seen = true;
    const std::string left = drain_left_text(*drain);
    if (left.empty()) return {{}, name + " has sent nothing yet: what runs there is not known"};
    if (drain->running == 0u) return {kDone, name + ": " + left};
    return {{}, name + ": " + left + moving_from(*record, name) + hindrance(*record)};
  });
}

// The node's name, if it was given by UUID.
std::string name_of(Session& session, const std::string& node) {
  const auto known = known_names(session, Noun::kNode);
  for (const KnownName& one : known ? *known : std::vector<KnownName>())
    if (one.uuid == node) return one.name;
  return node;
}

}  // namespace

int node_drain(Session& session, const std::string& node, const std::string& reason, const Patience& patience) {
  if (const auto limit = limit_of(patience); !limit) return fail("--wait: " + limit.error().message), kUsage;
  const int code = send_and_wait(session, record::DrainNode{node, owner(), reason});
  if (code != kDone || !patience.asked()) return code;
  return wait_until_empty(session, name_of(session, node), patience);
}

int node_undrain(Session& session, const std::string& node) {
  return send_and_wait(session, record::UndrainNode{node, owner(), ""});
}

std::set<std::string> drained_nodes(Session& session) {
  const auto state = session.redis().state();
  const auto field = state ? state->find(record::kDrainsField) : std::map<std::string, std::string>::const_iterator();
  if (!state || field == state->end()) return {};
  const auto drains = record::drains_from_json(field->second);
  if (!drains) return fail("the nodes to drain: " + drains.error().message), std::set<std::string>();
  std::set<std::string> uuids;
  for (const auto& [uuid, drain] : *drains) uuids.insert(uuid);
  return uuids;
}

}  // namespace hotspot::ctl
