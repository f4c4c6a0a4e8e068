// hotspotctl mode.
#include <cstdio>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/send.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

std::optional<record::Mode> mode_from(const std::string& word) {
  for (const record::Mode mode : {record::Mode::kObserve, record::Mode::kRecommend, record::Mode::kEnforce})
    if (word == record::to_string(mode)) return mode;
  return std::nullopt;
}

}  // namespace

int mode(Session& session, const std::string& wanted) {
  if (const auto asked = mode_from(wanted)) return send_and_wait(session, record::SetMode{*asked, login_user()});
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto text = state->find("status");
  const Json status = text == state->end() ? Json() : Json::parse(text->second, nullptr, false);
  if (!status.is_object()) {
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
    return kNothing;
  }
  const Json json = {{"mode", status.value("mode", "")}, {"configured_mode", status.value("configured_mode", "")}};
  if (session.format() == Format::kTable)
    say(status.value("mode", ""));
  else
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  return kDone;
}

int reload(Session& session) { return send_and_wait(session, record::Reload{login_user()}); }

}  // namespace hotspot::ctl
