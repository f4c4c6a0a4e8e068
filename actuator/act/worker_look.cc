// The second look: is all as the plan presumed, just before anything is begun?
#include "actuator/act/action_machine.h"
#include "actuator/act/shrink_guard.h"
#include "actuator/act/worker.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;

}  // namespace

Worker::Facts Worker::look_at_source(const WorkOrder& order) {
  return hypervisor_.look(source_of(order.action), order.action.domain_uuid);
}

// Nothing of it costs the guest anything, so that all of it comes before its writing is sampled.
std::optional<Worker::Skip> Worker::look_at_target(const WorkOrder& order) {
  const model::Action& action = order.action;
  const Facts there = hypervisor_.look(target_of(action), action.domain_uuid);
  if (const auto why = reason_to_skip_at_target(action, there)) {
    const bool answers = there || there.error().fault != CallFault::kUnreachable;
    return Skip{*why, {{answers ? kRefusedByTarget : kRefusedForNow, 1}}};
  }
  // What cannot be asked is left to the migration itself.
  const auto obstacle = hypervisor_.target_obstacle(source_of(action), action.domain_uuid, target_of(action));
  if (obstacle && *obstacle) return Skip{**obstacle, {{kRefusedByTarget, 1}}};
  return std::nullopt;
}

std::optional<Worker::Skip> Worker::look_for_memory(const WorkOrder& order, const MemoryNeed& need) {
  // A hypervisor that cannot tell (kRefused) leaves it to the plan.
  const auto left =
      hypervisor_.available_memory_bytes(need.at_target ? target_of(order.action) : source_of(order.action));
  std::map<std::string, double> figures;
  if (need.at_target) figures[kRefusedForNow] = 1;
  if (left) {
    const auto why = reason_to_skip_for_memory(order.action, need, *left);
    return why ? std::optional(Skip{*why, figures}) : std::nullopt;
  }
  if (left.error().fault == CallFault::kRefused) return std::nullopt;
  return Skip{"the second look was not possible: " + left.error().message, figures};
}

bool Worker::second_look(WorkOrder& order) {
  const Facts source = look_at_source(order);
  std::optional<Skip> skip;
  const auto because = [&](const std::optional<std::string>& why) {
    if (why) skip = Skip{*why, {}};
  };
  if (!source) {
    because(source.error().fault == CallFault::kNotFound
                ? order.action.domain_name + " is not on " + order.action.node_name + " any more"
                : "the second look was not possible: " + source.error().message);
  } else {
    because(reason_to_skip(order.action, *source));
  }
  if (!skip && std::holds_alternative<model::MigrateTo>(order.action.step)) skip = look_at_target(order);
  if (!skip && is_shrink(order.action)) {
    const model::MemoryChange taken = *model::memory_change(order.action.step);
    because(ShrinkGuard::needs(order.action.domain_name, *source,
                               taken.from_bytes - next_balloon(taken.from_bytes, taken.to_bytes, options_.shrink)));
  }
  if (const MemoryNeed need = source ? memory_need(order.action, *source) : MemoryNeed{}; !skip && need.bytes > 0)
    skip = look_for_memory(order, need);
  if (!skip && model::is_tuning(order.action.step)) {
    const auto tuned = hypervisor_.is_applied(source_of(order.action), order.action.domain_uuid, order.action.step);
    if (!tuned) because("the second look was not possible: " + tuned.error().message);
    if (tuned && tuned->shown) because("it is so already: " + model::describe(order.action.step));
  }
  if (skip) tell(order, ActionState::kSkipped, skip->why, skip->figures);
  if (source && source->autostart) order.recorded[kHadAutostart] = 1;
  if (source) order.emulated = source->emulated;
  return !skip;
}

}  // namespace hotspot::act
