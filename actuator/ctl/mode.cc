// hotspotctl mode, and how any command reaches the leader.
#include <cstdio>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/wait.h"
#include "actuator/daemon/commands.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
constexpr Milliseconds kAnswerLimit{10'000};

}  // namespace

int send_and_wait(Session& session, const std::string& verb, const std::map<std::string, std::string>& arguments) {
  const auto id = session.redis().send_command(verb, arguments);
  if (!id) return fail(id.error().message);
  Json answer;
  const auto answered = [&] {
    const auto state = session.redis().state();
    if (!state || !state->contains("last_command")) return false;
    if (daemon::is_later_stream_id(*id, state->at("last_command"))) return false;
    if (state->contains("command_result")) answer = Json::parse(state->at("command_result"), nullptr, false);
    return true;
  };
  if (!wait_until(session, kAnswerLimit, answered)) {
    return fail("no leader has taken the command within 10 s; it is carried out if one comes within 10 minutes (" +
                *id + ")");
  }
  // Another command may have come after ours: then its result stands there, and ours was taken all the same.
  if (!answer.is_object() || answer.value("id", "") != *id) {
    std::puts("taken");
    return kDone;
  }
  if (!answer.value("ok", false)) return fail(answer.value("message", ""));
  std::puts(answer.value("message", "").c_str());
  return kDone;
}

int mode(Session& session, const std::string& wanted) {
  if (!wanted.empty()) return send_and_wait(session, "mode", {{"mode", wanted}});
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto text = state->find("status");
  const Json status = text == state->end() ? Json() : Json::parse(text->second, nullptr, false);
  if (!status.is_object()) {
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
    return kNothing;
  }
  const Json json = {{"mode", status.value("mode", "")}, {"configured_mode", status.value("configured_mode", "")}};
  std::fputs(session.format() == Format::kTable ? (status.value("mode", "") + "\n").c_str()
                                                : to_text(json, session.format()).c_str(),
             stdout);
  return kDone;
}

int reload(Session& session) { return send_and_wait(session, "reload", {}); }

}  // namespace hotspot::ctl
