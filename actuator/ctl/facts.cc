#include "actuator/ctl/facts.h"

#include <algorithm>
#include <cstdio>

#include "actuator/ctl/screen.h"
#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

std::string until_text(const record::Status::Hold& hold) {
  return hold.until ? " until " + time_cell(*hold.until) : "";
}

}  // namespace

void fact(const std::string& name, const std::string& value) {
  constexpr std::size_t kNames = 12;
  const std::string fill(kNames - std::min(kNames, name.size()), ' ');
  const std::string whole = name + fill + " " + text::visible(value, text::kMostLineBytes);
  const std::string lines = wrapped(whole, screen().width, kNames + 1);
  std::printf("%s%s\n", inked(name, ink_of(name)).c_str(), lines.substr(name.size()).c_str());
}

std::string firing_text(const record::Status::Firing& firing) {
  std::string labels;
  for (const auto& [name, value] : firing.labels) {
    if (name == "node" || name == "domain") labels += " " + name + "=" + value;
  }
  std::string text = firing.phase + "  " + firing.rule + labels;
  if (!firing.held.empty()) text += ", held " + firing.held;
  if (!firing.waits_for.empty()) text += ", waits for its window: " + firing.waits_for;
  if (!firing.fresh) text += " (data are stale: not acted upon)";
  return text;
}

std::string in_flight_text(const record::Status::InFlight& entry) {
  const record::ActionSummary& action = entry.action;
  return entry.state + "  " + action.domain + " on " + action.node + ": " + action.step + " (" + action.id + ")";
}

std::string hold_text(const record::Status::Hold& hold) {
  return hold.on + " " + hold.name + " by " + hold.owner + until_text(hold) + ": " + hold.reason + " (hold " + hold.id +
         ")";
}

std::string pause_text(const record::Status::Hold& pause) {
  return "by " + pause.owner + until_text(pause) + ": " + pause.reason + "; hotspotctl mode resume";
}

std::string lost_right_text(const record::Status::RuleTrust& trust) {
  const std::string since = trust.lost_at ? "since " + time_cell(*trust.lost_at) + ": " : "";
  return since + trust.lost_why + "; hotspotctl rule trust " + trust.rule;
}

std::string measured_text(const record::Status::Relief& one) {
  const std::string what = one.subject.empty() ? "" : one.subject + ": ";
  const std::string relieved = one.measured < 0 ? "it rose by " + model::ratio_text(-one.measured)
                                                : model::ratio_text(one.measured) + " measured";
  return time_cell(one.at) + "  " + what + model::ratio_text(one.predicted) + " predicted, " + relieved + " (" +
         one.action + ")";
}

std::string relief_text(const record::Status::RuleTrust& trust) {
  std::string text = "nothing was measured";
  if (trust.relief_ratio)
    text = model::ratio_text(*trust.relief_ratio) + " of what was predicted, the median of " +
           std::to_string(trust.measured) + " measured " + (trust.measured == 1 ? "action" : "actions");
  if (trust.not_counted == 0) return text;
  return text + "; " + std::to_string(trust.not_counted) + " not counted, the last because " + trust.not_counted_why;
}

std::string drain_left_text(const record::Status::Drain& drain) {
  if (!drain.running) return "";
  std::string text = *drain.running == 0   ? "nothing runs there any more"
                     : *drain.running == 1 ? "1 domain runs there still"
                                           : std::to_string(*drain.running) + " domains run there still";
  std::string staying;
  for (const record::Status::Staying& one : drain.staying.value_or(std::vector<record::Status::Staying>()))
    staying += (staying.empty() ? "" : ", ") + one.domain + " (" + one.state + ")";
  return text + (staying.empty() ? "" : "; stays: " + staying);
}

}  // namespace hotspot::ctl
