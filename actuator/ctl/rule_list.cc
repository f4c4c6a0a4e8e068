// hotspotctl rule list: what is pending and firing now.
#include "actuator/ctl/rule_verbs.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

}  // namespace

int rule_list(Session& session) {
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto text = state->find("status");
  const Json status = text == state->end() ? Json() : Json::parse(text->second, nullptr, false);
  if (!status.is_object() || !status.contains("firings")) {
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
    return kNothing;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& firing : status.at("firings")) {
    const Json labels = firing.value("labels", Json::object());
    rows.push_back({firing.value("rule", ""), firing.value("phase", ""), labels.value("node", "-"),
                    labels.value("domain", "-"), firing.at("value").dump(), firing.value("held", ""),
                    ago_cell(firing.value("pending_since", 0.0), session.now_seconds()),
                    firing.value("fresh", true) ? "" : "stale"});
  }
  return session.show({{"RULE"}, {"PHASE"}, {"NODE"}, {"DOMAIN"}, {"VALUE", true}, {"HELD"}, {"SINCE", true}, {"DATA"}},
                      rows, status.at("firings"));
}

}  // namespace hotspot::ctl
