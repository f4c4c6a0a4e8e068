#include "actuator/ctl/action_record.h"

#include "actuator/model/text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using model::ActionState;

// The two ends of a step: the value before, null if libvirt was not asked for it, and the wanted value.
struct Ends {
  Json before, wanted;
};

Json json_of(const char* measure, const model::StepValue& value) {
  return std::visit([&](const auto& number_or_text) { return Json{{measure, number_or_text}}; }, value);
}

Ends ends_of(const model::Action& action) {
  const model::StepEnds ends = model::ends(action.step);
  Json before = ends.before ? json_of(ends.measure, *ends.before) : Json(nullptr);
  if (model::changes(action.step) == model::Changes::kNode) before = json_of(ends.measure, action.node_name);
  return {std::move(before), json_of(ends.measure, ends.wanted)};
}

}  // namespace

Json before(const model::Action& action) { return ends_of(action).before; }

Json after(const ports::JournalEntry& entry, const std::map<std::string, double>& figures) {
  const bool moves = model::changes(entry.action.step) == model::Changes::kNode;
  switch (entry.state) {
    case ActionState::kDone:
      return ends_of(entry.action).wanted;
    case ActionState::kIntent:
    case ActionState::kSkipped:
      return before(entry.action);
    case ActionState::kAborted:
      if (moves) return before(entry.action);  // a migration that was ended leaves the domain where it was
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
  if (name == "virtio_mem_bytes") return model::bytes_text(it.get<std::int64_t>()) + " plugged in by virtio-mem";
  if (name == "dimm_bytes") return model::bytes_text(it.get<std::int64_t>()) + " of DIMMs";
  if (name == "vcpus") return model::vcpus_text(it.get<int>());
  if (name == "cpu_cap_percent") return it == 0 ? "no CPU cap" : "CPU cap " + it.dump() + " %";
  if (name == "disk_limit") return "disk limit " + it.get<std::string>();
  if (name == "network_limit") return "network limit " + it.get<std::string>();
  if (name == "cpu_shares") return "CPU shares " + it.dump();
  return name + " " + (it.is_string() ? it.get<std::string>() : it.dump());
}

}  // namespace hotspot::ctl
