#include "actuator/ctl/facts.h"

#include <algorithm>
#include <cstdio>

#include "actuator/ctl/screen.h"
#include "actuator/plan/hold.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

std::string until_text(const Json& hold) {
  const Json until = hold.value("until", Json());
  return until.is_number() ? " until " + time_cell(until.get<double>()) : "";
}

}  // namespace

void fact(const std::string& name, const std::string& value) {
  constexpr std::size_t kNames = 12;
  const std::string fill(kNames - std::min(kNames, name.size()), ' ');
  const std::string whole = name + fill + " " + text::visible(value, text::kMostLineBytes);
  const std::string lines = wrapped(whole, screen().width, kNames + 1);
  std::printf("%s%s\n", inked(name, ink_of(name)).c_str(), lines.substr(name.size()).c_str());
}

std::string firing_text(const Json& firing) {
  std::string labels;
  for (const auto& [name, value] : firing.at("labels").items()) {
    if (name == "node" || name == "domain") labels += " " + name + "=" + value.get<std::string>();
  }
  std::string text = firing.at("phase").get<std::string>() + "  " + firing.at("rule").get<std::string>() + labels;
  if (!firing.at("held").get<std::string>().empty()) text += ", held " + firing.at("held").get<std::string>();
  if (const std::string waits = firing.value("waits_for", ""); !waits.empty())
    text += ", waits for its window: " + waits;
  if (!firing.at("fresh").get<bool>()) text += " (data are stale: not acted upon)";
  return text;
}

std::string in_flight_text(const Json& action) {
  return action.value("state", "") + "  " + action.value("domain", "") + " on " + action.value("node", "") + ": " +
         action.value("step", "") + " (" + action.value("id", "") + ")";
}

std::string hold_text(const Json& hold) {
  return hold.value("on", "") + " " + hold.value("name", "") + " by " + hold.value("owner", "") + until_text(hold) +
         ": " + hold.value("reason", "") + " (hold " + hold.value("id", "") + ")";
}

std::string pause_text(const Json& pause) {
  return "by " + pause.value("owner", "") + until_text(pause) + ": " + pause.value("reason", "") +
         "; hotspotctl mode resume";
}

std::string drain_left_text(const Json& drain) {
  if (!drain.contains("running")) return "";
  const int running = drain.value("running", 0);
  std::string text = running == 0   ? "nothing runs there any more"
                     : running == 1 ? "1 domain runs there still"
                                    : std::to_string(running) + " domains run there still";
  std::string staying;
  for (const Json& one : drain.value("staying", Json::array()))
    staying += (staying.empty() ? "" : ", ") + one.value("domain", "") + " (" + one.value("state", "") + ")";
  return text + (staying.empty() ? "" : "; stays: " + staying);
}

bool is_pause(const Json& hold) { return hold.value("id", "") == plan::kPauseId; }

}  // namespace hotspot::ctl
