#include "actuator/act/final_check.h"

#include "actuator/act/action_machine.h"
#include "actuator/act/migration_record.h"

namespace hotspot::act {
namespace {

using ports::CallFault;
using Looked = Result<ports::DomainFacts, ports::CallError>;

std::optional<Skip> skip_for(const std::optional<std::string>& why) {
  return why ? std::optional(Skip{*why, {}}) : std::nullopt;
}

std::optional<Skip> look_at_source(const model::Action& action, const Looked& source) {
  if (source) return skip_for(reason_to_skip(action, *source));
  return skip_for(source.error().fault == CallFault::kNotFound
                      ? action.domain_name + " is not on " + action.node_name + " any more"
                      : "the second look was not possible: " + source.error().message);
}

// All of it comes before the guest's writing is sampled.
std::optional<Skip> look_at_target(ports::Hypervisor& hypervisor, const model::Action& action) {
  const Looked there = hypervisor.look(target_of(action), action.domain_uuid);
  if (const auto why = reason_to_skip_at_target(action, there)) {
    const bool answers = there || there.error().fault != CallFault::kUnreachable;
    return Skip{*why, {{answers ? kRefusedByTarget : kRefusedForNow, 1}}};
  }
  // What cannot be asked is left to the migration itself.
  const auto obstacle = hypervisor.target_obstacle(source_of(action), action.domain_uuid, target_of(action));
  if (obstacle && *obstacle) return Skip{**obstacle, {{kRefusedByTarget, 1}}};
  return std::nullopt;
}

std::optional<Skip> look_for_memory(ports::Hypervisor& hypervisor, const model::Action& action,
                                    const ports::DomainFacts& source) {
  const MemoryNeed need = memory_need(action, source);
  if (need.bytes <= 0) return std::nullopt;
  const auto left = hypervisor.available_memory_bytes(need.at_target ? target_of(action) : source_of(action));
  std::map<std::string, double> figures;
  if (need.at_target) figures[kRefusedForNow] = 1;
  if (left) {
    const auto why = reason_to_skip_for_memory(action, need, *left);
    return why ? std::optional(Skip{*why, figures}) : std::nullopt;
  }
  // A hypervisor that cannot tell leaves it to the plan.
  if (left.error().fault == CallFault::kRefused) return std::nullopt;
  return Skip{"the second look was not possible: " + left.error().message, figures};
}

std::optional<Skip> look_at_guest(const model::Action& action, const ports::DomainFacts& source,
                                  const ShrinkOptions& shrink) {
  if (!is_shrink(action)) return std::nullopt;
  const model::MemoryChange taken = *model::memory_change(action.step);
  return skip_for(ShrinkGuard::needs(action.domain_name, source,
                                     taken.from_bytes - next_balloon(taken.from_bytes, taken.to_bytes, shrink)));
}

std::optional<Skip> look_at_tuning(ports::Hypervisor& hypervisor, const model::Action& action) {
  if (!model::is_tuning(action.step)) return std::nullopt;
  const auto tuned = hypervisor.is_applied(source_of(action), action.domain_uuid, action.step);
  if (!tuned) return Skip{"the second look was not possible: " + tuned.error().message, {}};
  if (tuned->shown) return Skip{"it is so already: " + model::describe(action.step), {}};
  return std::nullopt;
}

}  // namespace

FinalCheck final_check(ports::Hypervisor& hypervisor, const model::Action& action, const ShrinkOptions& shrink) {
  const Looked source = hypervisor.look(source_of(action), action.domain_uuid);
  FinalCheck look{.skip = look_at_source(action, source)};
  if (!source) return look;
  look.autostart = source->autostart;
  look.emulated = source->emulated;
  if (!look.skip && model::changes(action.step) == model::Changes::kNode)
    look.skip = look_at_target(hypervisor, action);
  if (!look.skip) look.skip = look_at_guest(action, *source, shrink);
  if (!look.skip) look.skip = look_for_memory(hypervisor, action, *source);
  if (!look.skip) look.skip = look_at_tuning(hypervisor, action);
  return look;
}

ports::NodeAddress source_of(const model::Action& action) {
  return {action.node_uuid, action.node_name, action.node_uri};
}

ports::NodeAddress target_of(const model::Action& action) {
  const auto& move = std::get<model::MigrateTo>(action.step);
  return {move.target_uuid, move.target_name, move.target_uri};
}

}  // namespace hotspot::act
