#include "actuator/sim/simulated_actions.h"

#include <algorithm>
#include <utility>

#include "actuator/act/action_machine.h"
#include "actuator/act/final_check.h"
#include "actuator/act/migration_record.h"
#include "actuator/model/text.h"

namespace hotspot::simulation {
namespace {

using model::ActionState;
using ports::CallError;
using ports::CallFault;
using Reach = ports::Hypervisor::Reach;

bool moves(const model::Action& action) { return model::changes(action.step) == model::Changes::kNode; }

}  // namespace

SimulatedActions::SimulatedActions(ports::Hypervisor& hypervisor, act::ExecutorOptions options, StepTimes step_times)
    : hypervisor_(hypervisor), options_(std::move(options)), step_times_(step_times) {}

void SimulatedActions::begin(ports::ActionOrder order, ports::Moment now) {
  now_ = now;
  Running one{.order = std::move(order), .due = now.steady + step_times_.look};
  if (one.order.adopted_state) one.phase = Phase::kFindOut;
  if (!one.action().undoes.empty()) one.phase = Phase::kGiveBack;
  one.asked = one.order.adopted_state && *one.order.adopted_state != ActionState::kIntent;
  running_.push_back(std::move(one));
}

// What is due first happens first.
std::vector<ports::ActionReport> SimulatedActions::reports(ports::Moment now) {
  now_ = now;
  const auto earlier = [](const Running& a, const Running& b) { return a.due < b.due; };
  for (;;) {
    const auto next = std::min_element(running_.begin(), running_.end(), earlier);
    if (next == running_.end() || next->due > now.steady) break;
    step(*next);
    if (next->ended) running_.erase(next);
  }
  return std::exchange(reports_, {});
}

Milliseconds SimulatedActions::next_due() const {
  Milliseconds next = Milliseconds::max();
  for (const Running& one : running_) next = std::min(next, one.due);
  return next;
}

ports::Work SimulatedActions::work(const std::string& action_id) const {
  for (const Running& one : running_) {
    if (one.action().id != action_id) continue;
    return one.unanswered >= act::kAskedBeforeAWord ? ports::Work::kUnanswered : ports::Work::kUnderWay;
  }
  return ports::Work::kEnded;
}

void SimulatedActions::cancel(const std::string& action_id, const std::string& why) {
  Running* one = find(action_id);
  if (one != nullptr) one->cancel = why;
  if (one != nullptr && (one->phase == Phase::kShrink || one->phase == Phase::kMigrate)) wake(one);
}

void SimulatedActions::skip(const std::string& action_id, const std::string& why) {
  if (Running* one = find(action_id)) one->skip = why;
}

void SimulatedActions::stop(const std::string& action_id) {
  Running* one = find(action_id);
  if (one != nullptr) one->stop = true;
  wake(one);
}

void SimulatedActions::allow_step(const std::string& action_id) {
  Running* one = find(action_id);
  if (one != nullptr) ++one->steps_allowed;
  wake(one);
}

SimulatedActions::Running* SimulatedActions::find(const std::string& action_id) {
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const Running& one) { return one.action().id == action_id; });
  return found == running_.end() ? nullptr : &*found;
}

void SimulatedActions::wake(Running* one) {
  if (one != nullptr) one->due = std::min(one->due, now_.steady);
}

void SimulatedActions::tell(Running& one, ActionState state, std::string message,
                            std::map<std::string, double> figures) {
  reports_.push_back(
      {one.action().id, state, now_.wall - (now_.steady - one.due), std::move(message), std::move(figures)});
  one.ended = state == ActionState::kVerifying || model::is_final(state);
}

Result<void, CallError> SimulatedActions::apply(const Running& one, const model::Step& step) {
  return hypervisor_.apply(act::source_of(one.action()), one.action().domain_uuid, step, Reach::kNow);
}

void SimulatedActions::step(Running& one) {
  switch (one.phase) {
    case Phase::kLook:
      return look(one);
    case Phase::kChange:
      return change(one);
    case Phase::kShrink:
      return shrink(one);
    case Phase::kMigrate:
      return migrate(one);
    case Phase::kConfirm:
      return confirm(one);
    case Phase::kFindOut:
      return find_out(one);
    case Phase::kGiveBack:
      return give_back(one);
  }
}

void SimulatedActions::look(Running& one) {
  if (one.cancel) return tell(one, ActionState::kAborted, *one.cancel);
  if (one.skip) return tell(one, ActionState::kSkipped, *one.skip);
  const act::FinalCheck look = act::final_check(hypervisor_, one.action(), options_.shrink);
  if (look.skip) return tell(one, ActionState::kSkipped, look.skip->why, look.skip->figures);
  if (!may_act(one)) {
    one.due += options_.ask_again;
    return;
  }
  tell(one, ActionState::kStarted);
  if (moves(one.action())) {
    one.phase = Phase::kMigrate;
    one.began = one.due;
    one.until =
        one.due + (step_times_.begin_migration ? step_times_.begin_migration(one.action()) : step_times_.migration);
    one.due = std::min(one.due + options_.progress_interval, one.until);
  } else if (act::is_shrink(one.action())) {
    one.phase = Phase::kShrink;
    one.held_bytes = model::memory_change(one.action().step)->from_bytes;
    one.due += step_times_.change;
  } else {
    one.phase = Phase::kChange;
    one.due += step_times_.change;
  }
}

void SimulatedActions::change(Running& one) {
  const auto done = apply(one, one.action().step);
  if (!done) return settle(one, done.error());
  if (model::is_tuning(one.action().step)) return tell(one, ActionState::kVerifying);
  one.until = one.due + options_.verify_limit;
  confirm(one);
}

void SimulatedActions::shrink(Running& one) {
  const model::MemoryChange goal = *model::memory_change(one.action().step);
  if (one.stop) {
    one.ended = true;
    return;
  }
  const std::string stays = "; it stays at " + model::bytes_text(one.held_bytes);
  if (one.cancel) return tell(one, ActionState::kAborted, *one.cancel + stays);
  if (one.steps >= one.steps_allowed) {
    one.due = Milliseconds::max();
    return;
  }
  if (!may_act(one)) {
    one.due += options_.ask_again;
    return;
  }
  const std::int64_t next = act::next_balloon(one.held_bytes, goal.to_bytes, options_.shrink);
  const auto facts = hypervisor_.look(act::source_of(one.action()), one.action().domain_uuid);
  const auto needs =
      facts ? act::ShrinkGuard::needs(one.action().domain_name, *facts, one.held_bytes - next) : std::nullopt;
  if (needs) return tell(one, ActionState::kAborted, *needs + stays);
  const auto done = apply(one, model::with_ends(one.action().step, goal.from_bytes, next));
  if (!done) return settle(one, done.error());
  one.held_bytes = next;
  ++one.steps;
  one.until = one.due + options_.verify_limit;
  if (next <= goal.to_bytes) return confirm(one);
  tell(one, ActionState::kProgress, "", {{"balloon_bytes", static_cast<double>(next)}});
  one.due += step_times_.change;
}

void SimulatedActions::migrate(Running& one) {
  if (one.cancel) {
    if (step_times_.drop_migration) step_times_.drop_migration(one.action());
    return tell(one, ActionState::kAborted, *one.cancel);
  }
  const Milliseconds elapsed = one.due - one.began;
  if (one.due < one.until) {
    tell(one, ActionState::kProgress, "", {{"elapsed_ms", static_cast<double>(elapsed.count())}});
    one.due = std::min(one.due + options_.progress_interval, one.until);
    return;
  }
  const auto& move = std::get<model::MigrateTo>(one.action().step);
  ports::MigrationOptions options;
  options.copied_disks = move.copied_disks;
  options.shared_by_statement = move.shared_by_statement;
  const auto moved = hypervisor_.migrate(act::source_of(one.action()), one.action().domain_uuid,
                                         act::target_of(one.action()), options);
  if (!moved) {
    if (step_times_.drop_migration) step_times_.drop_migration(one.action());
    return settle(one, moved.error());
  }
  auto figures = act::figures_of(*moved);
  figures["total_ms"] = static_cast<double>(elapsed.count());
  tell(one, ActionState::kVerifying, "", std::move(figures));
}

void SimulatedActions::confirm(Running& one) {
  one.phase = Phase::kConfirm;
  const model::Action& action = one.action();
  const ports::NodeAddress node = act::source_of(action);
  const auto facts = hypervisor_.look(node, action.domain_uuid);
  if (!facts) return tell(one, ActionState::kVerifying, facts.error().message);
  if (const auto why = act::mismatch_in_libvirt(action, *facts)) return tell(one, ActionState::kFailed, *why);
  std::map<std::string, double> figures;
  const auto not_taken = act::checks_of(action.step).not_taken;
  if (const auto why = not_taken == nullptr ? std::nullopt : not_taken(action, *facts, figures)) {
    if (one.due >= one.until) return tell(one, ActionState::kFailed, *why, figures);
    one.due += options_.ask_again;
    return;
  }
  if (model::is_persistent(action.step) && facts->persistent) {
    const auto done = hypervisor_.apply(node, action.domain_uuid, action.step, Reach::kNextStart);
    if (!done)
      return tell(one, ActionState::kFailed, "it was changed live, but not in its definition: " + done.error().message);
  }
  tell(one, ActionState::kVerifying, "", std::move(figures));
}

void SimulatedActions::settle(Running& one, const CallError& error) {
  switch (error.fault) {
    case CallFault::kDryRun:
      return tell(one, ActionState::kSkipped, error.message);
    case CallFault::kCancelled:
      return tell(one, ActionState::kAborted, error.message);
    case CallFault::kNotFound:
    case CallFault::kRefused:
    case CallFault::kBusy:
      return tell(
          one, ActionState::kFailed, error.message,
          moves(one.action()) ? act::refusal_figures(error, act::Sent::kNothing) : std::map<std::string, double>());
    case CallFault::kUnreachable:
      break;
  }
  tell(one, ActionState::kProgress, "the outcome is not known: " + error.message);
  one.order.adopted_state = ActionState::kStarted;
  one.phase = Phase::kFindOut;
  one.due += options_.ask_again;
}

void SimulatedActions::found(Running& one, Goal goal) {
  if (goal == Goal::kReached) return tell(one, ActionState::kVerifying, "found as it should be after all");
  if (one.order.adopted_state == ActionState::kIntent)
    return tell(one, ActionState::kSkipped, "nothing was begun before the lead changed");
  tell(one, ActionState::kAborted, "it did not take effect; nothing is tried twice");
}

void SimulatedActions::find_out(Running& one) {
  const model::Action& action = one.action();
  const auto source = hypervisor_.look(act::source_of(action), action.domain_uuid);
  if (moves(action)) {
    const auto target = hypervisor_.look(act::target_of(action), action.domain_uuid);
    const auto is_away = [](const auto& facts) { return !facts && facts.error().fault != CallFault::kNotFound; };
    if (is_away(source) || is_away(target)) return find_out_unanswered(one);
    return found(one, target && ports::runs(*target) ? Goal::kReached : Goal::kMissed);
  }
  if (!source && source.error().fault != CallFault::kNotFound) return find_out_unanswered(one);
  if (!source)
    return tell(one, ActionState::kFailed, action.domain_name + " is not on " + action.node_name + " any more");
  const auto applied = hypervisor_.is_applied(act::source_of(action), action.domain_uuid, action.step);
  if (!applied) return find_out_unanswered(one);
  const std::int64_t has = act::memory_held(action, *source);
  if (act::is_shrink(action) && has < model::memory_change(action.step)->from_bytes - ports::kBalloonToleranceBytes)
    return tell(one, ActionState::kVerifying, "found at " + model::bytes_text(has) + "; it is watched");
  found(one, applied->shown ? Goal::kReached : Goal::kMissed);
}

void SimulatedActions::find_out_unanswered(Running& one) {
  ++one.unanswered;
  if (one.cancel && one.unanswered >= act::kAskedBeforeAWord)
    return tell(one, ActionState::kFailed,
                "the fate of " + one.action().domain_name + " is not known; closed: " + *one.cancel);
  one.due += options_.ask_again;
}

void SimulatedActions::give_back(Running& one) {
  const model::Action& action = one.action();
  if (one.cancel) return tell(one, ActionState::kAborted, *one.cancel);
  const ActionState no_use = one.asked ? ActionState::kFailed : ActionState::kSkipped;
  const auto facts = hypervisor_.look(act::source_of(action), action.domain_uuid);
  if (!facts && facts.error().fault == CallFault::kNotFound)
    return tell(one, no_use, action.domain_name + " is not on " + action.node_name + " any more");
  if (!facts || !may_act(one)) {
    one.due += options_.ask_again;
    return;
  }
  if (const auto why = act::reason_to_skip(action, *facts)) return tell(one, ActionState::kSkipped, *why);
  if (!std::exchange(one.asked, true)) tell(one, ActionState::kStarted);
  const auto done = apply(one, action.step);
  one.until = one.due + options_.verify_limit;
  if (done) return confirm(one);
  if (done.error().fault != CallFault::kBusy && done.error().fault != CallFault::kUnreachable)
    return settle(one, done.error());
  one.due += options_.ask_again;
}

}  // namespace hotspot::simulation
