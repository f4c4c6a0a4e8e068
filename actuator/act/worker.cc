#include "actuator/act/worker.h"

#include "actuator/act/action_machine.h"
#include "actuator/act/migration_record.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;

}  // namespace

std::string cancel_reason(WorkOrder& order) {
  const std::lock_guard lock(order.mutex);
  return order.cancel_reason;
}

void Worker::run(WorkOrder& order) {
  if (!order.action.undoes.empty()) return give_back(order);
  order.adopted ? find_out(order) : carry_out(order);
}

void Worker::carry_out(WorkOrder& order) {
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  if (is_over(order) || !look_again(order)) return;
  std::optional<Prepared> prepared;
  if (std::holds_alternative<model::MigrateTo>(order.action.step)) {
    prepared = prepare(order);
    // Sampling took its time: once more.
    if (!prepared || is_over(order) || !look_again(order)) return;
  }
  // The look may have taken long. Who leads by now has found that nothing was begun: so it must stay. A lease that is
  // renewed late was nobody else's meanwhile, but what was seen is old.
  while (!may_act()) {
    if (!wait_for_lease(order) || !look_again(order)) return;
  }
  if (order.abandon || is_over(order)) return;
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  if (!prepared) {
    tell(order, ActionState::kStarted);
    return scale(order);
  }
  order.own.recorded.insert(prepared->figures.begin(), prepared->figures.end());
  if (prepared->method.post_copy) order.own.recorded[kMayPostCopy] = 1;
  if (prepared->method.turn_early) order.own.recorded[kTurnsEarly] = 1;
  tell(order, ActionState::kStarted, prepared->sentence, order.own.recorded);
  migrate(order, *prepared);
}

// The loop follows what fires: the last word on that is its.
bool Worker::is_over(const WorkOrder& order) {
  if (!order.over) return false;
  std::string why;
  {
    const std::lock_guard lock(order.mutex);
    why = order.over_reason;
  }
  tell(order, ActionState::kSkipped, std::move(why));
  return true;
}

bool Worker::look_again(WorkOrder& order) {
  const FinalCheck look = final_check(hypervisor_, order.action, options_.shrink);
  if (look.skip) tell(order, ActionState::kSkipped, look.skip->why, look.skip->figures);
  if (look.autostart) order.own.recorded[kHadAutostart] = 1;
  order.own.emulated = look.emulated;
  return !look.skip;
}

void Worker::scale(WorkOrder& order) {
  const model::Action& action = order.action;
  if (is_shrink(action)) return shrink(order);
  const auto done = apply(action, action.step);
  if (!done) return settle(order, done.error());
  if (model::is_tuning(action.step)) return tell(order, ActionState::kVerifying);
  confirm(order, {});
}

Result<void, ports::CallError> Worker::apply(const model::Action& action, const model::Step& step) {
  return hypervisor_.apply(source_of(action), action.domain_uuid, step, ports::Hypervisor::Reach::kNow);
}

// The call ended with an error: what is the state of things?
void Worker::settle(WorkOrder& order, const ports::CallError& error) {
  switch (error.fault) {
    case CallFault::kDryRun:
      return tell(order, ActionState::kSkipped, error.message);
    case CallFault::kCancelled:
      return tell(order, ActionState::kAborted, error.message);
    case CallFault::kNotFound:
    case CallFault::kRefused:
    case CallFault::kBusy:
      return tell(order, ActionState::kFailed, error.message,
                  std::holds_alternative<model::MigrateTo>(order.action.step)
                      ? refusal_figures(error, order.own.copied ? Sent::kSome : Sent::kNothing)
                      : std::map<std::string, double>());
    case CallFault::kUnreachable:
      break;
  }
  // Unknown. Saying "failed" could be a lie; libvirt is asked until it answers.
  tell(order, ActionState::kProgress, "the outcome is not known: " + error.message);
  order.adopted_state = ActionState::kStarted;
  find_out(order);
}

void Worker::tell(const WorkOrder& order, ActionState state, std::string message,
                  std::map<std::string, double> figures) {
  report_({order.action.id, state, clock_.now(), std::move(message), std::move(figures)});
}

bool Worker::wait_for_lease(WorkOrder& order) {
  while (!may_act()) {
    if (!pause(order, options_.ask_again)) return false;
  }
  return !order.abandon;
}

bool Worker::pause(WorkOrder& order, Milliseconds duration) {
  std::unique_lock lock(order.mutex);
  order.changed.wait_for(lock, duration, [&] { return order.abandon.load(); });
  return !order.abandon;
}

}  // namespace hotspot::act
