#include "actuator/ctl/action_record.h"

#include "actuator/model/text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using model::ActionState;

Json wanted(const model::Action& action) {
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) return {{"vcpus", vcpus->to}};
  if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) return {{"balloon_bytes", balloon->to_bytes}};
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step)) return {{"node", move->target_name}};
  if (const auto* cap = std::get_if<model::SetCpuCap>(&action.step)) return {{"cpu_cap_percent", cap->to_percent}};
  return {{"cpu_shares", std::get<model::SetCpuShares>(action.step).to}};
}

}  // namespace

std::string asked_by(const model::Action& action) {
  return action.undoes.empty() ? "rule " + action.rule : "the roll-back of " + action.undoes;
}

Json before(const model::Action& action) {
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) return {{"vcpus", vcpus->from}};
  if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step))
    return {{"balloon_bytes", balloon->from_bytes}};
  if (std::holds_alternative<model::MigrateTo>(action.step)) return {{"node", action.node_name}};
  return nullptr;
}

Json after(const ports::JournalEntry& entry, const std::map<std::string, double>& figures) {
  const bool moves = std::holds_alternative<model::MigrateTo>(entry.action.step);
  switch (entry.state) {
    case ActionState::kDone:
      return wanted(entry.action);
    case ActionState::kIntent:
    case ActionState::kSkipped:
      return before(entry.action);
    case ActionState::kAborted:
      if (moves) return before(entry.action);  // a migration that is ended leaves the domain where it was
      break;
    default:
      break;
  }
  const auto balloon = figures.find("balloon_bytes");
  if (balloon != figures.end() && std::holds_alternative<model::SetBalloon>(entry.action.step))
    return {{"balloon_bytes", static_cast<std::int64_t>(balloon->second)}};
  return nullptr;
}

std::string value_text(const Json& value) {
  if (value.is_null() || value.empty()) return "not known";
  const std::string name = value.begin().key();
  const Json& it = value.begin().value();
  if (name == "node") return "on " + it.get<std::string>();
  if (name == "balloon_bytes") return model::bytes_text(it.get<std::int64_t>());
  if (name == "vcpus") return it.dump() + (it == 1 ? " vCPU" : " vCPUs");
  if (name == "cpu_cap_percent") return it == 0 ? "no CPU cap" : "CPU cap " + it.dump() + " %";
  return "CPU shares " + it.dump();
}

}  // namespace hotspot::ctl
