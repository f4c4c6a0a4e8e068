// Carries out a shrink: takes memory from a guest in steps.
#include <utility>

#include "actuator/act/worker.h"
#include "actuator/model/text.h"

namespace hotspot::act {

using model::ActionState;

// Step by step, each allowed by the executor once the snapshots show that the guest is well.
void Worker::shrink(WorkOrder& order) {
  const model::MemoryChange goal = *model::memory_change(order.action.step);
  std::int64_t now = goal.from_bytes;
  for (int steps = 0; now > goal.to_bytes; ++steps) {
    std::unique_lock lock(order.mutex);
    order.changed.wait(lock,
                       [&] { return order.steps_allowed > steps || order.stop || order.cancel || order.abandon; });
    lock.unlock();
    // The guest may have come to suffer while another might have led.
    if (!wait_for_lease(order) || order.stop) return;
    if (order.cancel) {
      return tell(order, ActionState::kAborted, cancel_reason(order) + "; it stays at " + model::bytes_text(now));
    }
    const std::int64_t next = next_balloon(now, goal.to_bytes, options_.shrink);
    // A snapshot is a second old, or ten: a guest may have taken a lot since.
    if (steps > 0) {  // before the first, the second look has seen to it
      const Facts facts = hypervisor_.look(source_of(order.action), order.action.domain_uuid);
      if (const auto why = facts ? ShrinkGuard::needs(order.action.domain_name, *facts, now - next) : std::nullopt)
        return tell(order, ActionState::kAborted, *why + "; it stays at " + model::bytes_text(now));
    }
    now = next;
    const auto done = apply(order.action, model::with_ends(order.action.step, goal.from_bytes, now));
    if (!done) return settle(order, done.error());
    if (now > goal.to_bytes) {
      tell(order, ActionState::kProgress, "", {{"balloon_bytes", static_cast<double>(now)}});
    }
  }
  confirm(order, {});
}

}  // namespace hotspot::act
