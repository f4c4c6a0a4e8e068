#include "actuator/plan/decision.h"

#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

std::string effect_line(const Effect& effect) {
  std::string line = "  " + effect.node + ":";
  if (effect.cpu_ratio_before && effect.cpu_ratio_after) {
    line += " CPU " + model::ratio_text(*effect.cpu_ratio_before) + " → " + model::ratio_text(*effect.cpu_ratio_after);
  }
  if (effect.memory_used_ratio_before && effect.memory_used_ratio_after) {
    line += " memory " + model::ratio_text(*effect.memory_used_ratio_before) + " → " +
            model::ratio_text(*effect.memory_used_ratio_after);
  }
  return text::visible(line, text::kMostLineBytes) + "\n";
}

std::string considered_line(const Considered& one) {
  std::string line = "  -";
  if (!one.remedy.empty()) line += " " + one.remedy;
  if (!one.domain.empty()) line += " " + one.domain;
  if (!one.target.empty()) line += " to " + one.target;
  line += std::string(": ") + model::to_string(one.refusal.kind) + ", " + one.refusal.message;
  return text::visible(line, text::kMostLineBytes) + "\n";
}

}  // namespace

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAct:
      return "act";
    case Outcome::kRecommend:
      return "recommend";
    case Outcome::kNothing:
      return "nothing";
  }
  return "unknown";
}

bool Decision::repeats(const Decision& before) const {
  if (rule != before.rule || subject_key != before.subject_key || outcome != before.outcome || mode != before.mode) {
    return false;
  }
  if (action.has_value() != before.action.has_value()) return false;
  if (action && (action->step != before.action->step || action->domain_uuid != before.action->domain_uuid))
    return false;
  if (considered.size() != before.considered.size()) return false;
  for (std::size_t i = 0; i < considered.size(); ++i) {  // the figures in the messages change with every read
    const Considered &a = considered[i], &b = before.considered[i];
    if (a.remedy != b.remedy || a.domain != b.domain || a.target != b.target || a.refusal.kind != b.refusal.kind)
      return false;
  }
  return true;
}

std::string explain(const Decision& decision) {
  // A newline in a name begins no line.
  const auto line = [](const std::string& words) { return text::visible(words, text::kMostLineBytes) + "\n"; };
  std::string text =
      line(decision.rule + " on " + decision.subject + (decision.held.empty() ? "" : ", held " + decision.held));
  if (decision.action) {
    text += line(std::string(decision.outcome == Outcome::kAct ? "done: " : "would be done: ") +
                 model::describe(decision.action->step) + " for " + decision.action->domain_name);
    text += "predicted effect:\n";
    for (const Effect& effect : decision.effects) text += effect_line(effect);
  } else {
    text += "nothing is done\n";
  }
  if (!decision.considered.empty()) text += decision.action ? "considered before, and refused:\n" : "because:\n";
  for (const Considered& one : decision.considered) text += considered_line(one);
  return text;
}

}  // namespace hotspot::plan
