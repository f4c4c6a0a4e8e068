// Determines the outcome of an action that an earlier leader began, or whose call ended without an answer.
#include "actuator/act/action_machine.h"
#include "actuator/act/worker.h"
#include "actuator/model/text.h"
#include "actuator/ports/migration_fate.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using telemetry::DomainState;

// A domain that both nodes know, without a job, is asked about this often before we say so. So is a node that does not
// answer, before we go by what the other one says.
constexpr int kMostAsked = 60;

using Facts = Result<ports::DomainFacts, ports::CallError>;

bool runs_there(const Facts& facts) { return facts && ports::runs(*facts); }
bool has_none(const Facts& facts) { return !facts && facts.error().fault == CallFault::kNotFound; }
bool is_gone(const Facts& facts) { return has_none(facts) || (facts && facts->state == DomainState::kShutoff); }
bool has_it(const Facts& facts) { return facts && !is_gone(facts); }
bool is_silent(const Facts& facts) { return !facts && !has_none(facts); }

}  // namespace

// A roll-back: a guest that suffers gets its memory back, whatever stands in the way for the moment, whoever began it.
// It goes to a size, not by one: to ask twice does no harm.
void Worker::give_back(WorkOrder& order) {
  const model::Action& action = order.action;
  const model::MemoryChange goal = *model::memory_change(action.step);
  std::string hindered;
  const auto wait = [&](const std::string& by) {
    if (hindered != by) tell(order, ActionState::kProgress, "it is tried until it succeeds: " + by);
    hindered = by;
    return pause(order, options_.ask_again);
  };
  for (bool asked = order.adopted && order.adopted_state != ActionState::kIntent;;) {
    if (order.cancel) {
      const std::lock_guard lock(order.mutex);
      return tell(order, ActionState::kAborted, order.cancel_reason);
    }
    const Facts facts = hypervisor_.look(source_of(action), action.domain_uuid);
    if (!facts && facts.error().fault == CallFault::kNotFound) {
      return tell(order, asked ? ActionState::kFailed : ActionState::kSkipped,
                  action.domain_name + " is not on " + action.node_name + " any more");
    }
    if (!facts || !may_act()) {
      if (!wait(facts ? "the lease is not renewed" : facts.error().message)) return;
      continue;
    }
    if (const auto why = reason_to_skip(action, *facts)) return tell(order, ActionState::kSkipped, *why);
    // A guest that has all of it still may be on its way down: it is told all the same.
    if (const std::int64_t has = memory_held(action, *facts); has > goal.to_bytes + kBalloonToleranceBytes) {
      return tell(order, asked ? ActionState::kFailed : ActionState::kSkipped,
                  action.domain_name + " has " + model::bytes_text(has) +
                      ": somebody else changed it meanwhile, and so it stays");
    }
    if (order.abandon) return;
    if (!asked) tell(order, ActionState::kStarted);
    asked = true;
    const auto done = apply(action, action.step);
    if (done) return confirm(order, {});
    if (done.error().fault != CallFault::kBusy && done.error().fault != CallFault::kUnreachable)
      return settle(order, done.error());
    if (!wait(done.error().message)) return;
  }
}

void Worker::tell_found(WorkOrder& order, const ports::Applied& found) {
  if (found.shown) return tell(order, ActionState::kVerifying, "found as it should be after all");
  if (order.adopted_state == ActionState::kIntent)
    return tell(order, ActionState::kSkipped, "nothing was begun before the lead changed");
  tell(order, ActionState::kAborted, "it did not take effect; nothing is tried twice");
}

bool Worker::find_out_tuning(WorkOrder& order) {
  const auto tuned = hypervisor_.is_applied(source_of(order.action), order.action.domain_uuid, order.action.step);
  if (!tuned && tuned.error().fault == CallFault::kUnreachable)
    return close_unanswered(order, order.action.node_name, "");
  tuned ? tell_found(order, *tuned) : tell(order, ActionState::kFailed, tuned.error().message);
  return true;
}

void Worker::find_out(WorkOrder& order) {
  const bool moves = std::holds_alternative<model::MigrateTo>(order.action.step);
  while (!(moves ? find_out_migration(order) : find_out_step(order))) {
    if (!pause(order, options_.ask_again)) return;
  }
}

// `node` did not answer; `known`: what the other one says. True: an operator has closed the action all the same.
bool Worker::close_unanswered(WorkOrder& order, const std::string& node, const std::string& known) {
  ++order.unanswered;
  const std::string text = node + " does not answer, the fate of " + order.action.domain_name + " is not known" +
                           (known.empty() ? "" : "; " + known);
  if (order.unanswered == kAskedBeforeAWord)
    tell(order, ActionState::kProgress, text + "; it is asked on, hotspotctl action cancel ends that");
  if (!order.cancel || order.unanswered < kAskedBeforeAWord) return false;
  tell(order, ActionState::kFailed, text + "; closed: " + cancel_reason(order));
  return true;
}

// True when the outcome is known and told.
bool Worker::find_out_step(WorkOrder& order) {
  if (model::is_tuning(order.action.step)) return find_out_tuning(order);
  const ports::NodeAddress node = source_of(order.action);
  const Facts facts = hypervisor_.look(node, order.action.domain_uuid);
  if (!facts) {
    if (facts.error().fault != CallFault::kNotFound) return close_unanswered(order, node.name, "");
    tell(order, ActionState::kFailed, order.action.domain_name + " is not on " + node.name + " any more");
    return true;
  }
  // By libvirt alone: a guest whose agent hangs would keep the outcome unknown.
  const bool reached = shown_by_libvirt(order.action, *facts);
  // Who began it may have ended between the live change and the definition.
  if (reached && !change_definition(order, *facts)) return true;
  const std::int64_t has = memory_held(order.action, *facts);
  if (is_shrink(order.action) && has < model::memory_change(order.action.step)->from_bytes - kBalloonToleranceBytes) {
    tell(order, ActionState::kVerifying, "found at " + model::bytes_text(has) + "; it is watched");
    return true;
  }
  tell_found(order, {reached, std::nullopt});
  return true;
}

// It goes on. Whoever began it does not watch it any more: we do.
void Worker::attend(WorkOrder& order, const ports::DomainFacts& source, const Facts& target) {
  const model::Action& action = order.action;
  // While ours goes on, the target has the domain: it is being moved elsewhere, or ours has only just begun.
  if (has_none(target)) return;
  const auto figures =
      hypervisor_.migration_figures(source_of(action), action.domain_uuid, ports::Hypervisor::JobWhen::kRunning);
  if (!figures || !*figures) return;  // somebody else's job, which is no migration
  ports::MigrationProgress progress = **figures;
  progress.post_copy = progress.post_copy || source.post_copy;
  // What libvirt refuses because it comes too early is asked again at the next figures.
  const ports::Verdict verdict = follow(order, progress);
  if (verdict == ports::Verdict::kPostCopy) (void)hypervisor_.start_post_copy(source_of(action), action.domain_uuid);
  if (verdict == ports::Verdict::kCancel) (void)hypervisor_.cancel_job(source_of(action), action.domain_uuid);
}

// What the end of the call would have told and done.
void Worker::found_at_target(WorkOrder& order, std::string message) {
  const model::Action& action = order.action;
  std::map<std::string, double> figures;
  // A transient domain is gone from the source by now, and its figures went with it.
  for (const ports::NodeAddress& node : {target_of(action), source_of(action)}) {
    const auto completed =
        hypervisor_.migration_figures(node, action.domain_uuid, ports::Hypervisor::JobWhen::kCompleted);
    if (!completed || !*completed) continue;
    figures = figures_of(**completed);
    figures["total_ms"] = static_cast<double>((*completed)->elapsed_ms);
    break;
  }
  if (const std::string undone = keep_autostart(order); !undone.empty()) message += "; " + undone;
  tell(order, ActionState::kVerifying, std::move(message), std::move(figures));
}

bool Worker::find_out_migration(WorkOrder& order) {
  const model::Action& action = order.action;
  const Facts target = hypervisor_.look(target_of(action), action.domain_uuid);
  const Facts source = hypervisor_.look(source_of(action), action.domain_uuid);
  const std::string there = target_of(action).name;
  if (!is_silent(source) && !is_silent(target)) order.unanswered = 0;
  if (source && source->post_copy_failed && ++order.own.asked >= kMostAsked) {
    tell(order, ActionState::kFailed,
         "the post-copy of " + action.domain_name + " has failed: a part of it is on " + action.node_name +
             ", a part on " + there + "; see virsh migrate --postcopy-resume");
    return true;
  }
  if (has_it(source) && source->job_active) {
    order.unanswered = 0;
    attend(order, *source, target);
    return false;
  }
  if (runs_there(target) && is_gone(source)) {
    found_at_target(order, "found on " + there + " after all");
    return true;
  }
  const bool stays = runs_there(source) ? ports::stay_of(*source, target) != ports::Stay::kNotKnown : is_gone(target);
  if (has_it(source) && stays) {
    tell_stayed(order, *source, target);
    return true;
  }
  if (const auto why = dead_end(order, source, target)) {
    tell(order, ActionState::kFailed, *why);
    return true;
  }
  if (is_silent(source)) return source_away(order, target);
  if (!is_silent(target)) return false;  // under way
  return close_unanswered(order, there,
                          source
                              ? "it is " + std::string(telemetry::to_string(source->state)) + " on " + action.node_name
                              : "it is not on " + action.node_name + " any more");
}

std::optional<std::string> Worker::dead_end(WorkOrder& order, const Facts& source, const Facts& target) {
  const model::Action& action = order.action;
  const std::string there = target_of(action).name;
  if (has_it(target) && is_gone(source) && (!target->job_active || ++order.own.asked >= kMostAsked))
    return action.domain_name + " is on " + there + ", but " + telemetry::to_string(target->state) +
           ": it was paused by somebody, or could not go on";
  if (has_it(source) && has_it(target) && ++order.own.asked >= kMostAsked)
    return "libvirt knows " + action.domain_name + " on both nodes: as " + telemetry::to_string(source->state) +
           " on " + action.node_name + " and as " + telemetry::to_string(target->state) + " on " + there +
           "; nothing is done about it, look at it";
  if (is_gone(source) && is_gone(target))
    return action.domain_name + " runs neither on " + action.node_name + " nor on " + there +
           ": it was shut down, or moved by somebody else";
  return std::nullopt;
}

// The target runs the guest only once it has all of it, in the last step but one; in the last the source lets it go.
// That a source that is away runs it as well cannot be ruled out from here; nor does waiting rule it out.
bool Worker::source_away(WorkOrder& order, const Facts& target) {
  const std::string& there = target_of(order.action).name;
  const bool complete = target && ports::runs(*target) && !target->job_active && !target->post_copy;
  if (complete && order.unanswered >= kMostAsked) {
    found_at_target(order, "found on " + there + "; " + order.action.node_name +
                               " does not answer: whether it runs there as well is not known");
    return true;
  }
  std::string known = there + " does not answer either";
  if (target) known = "it is " + std::string(telemetry::to_string(target->state)) + " on " + there;
  if (has_none(target)) known = there + " does not have it";
  return close_unanswered(order, order.action.node_name, known);
}

void Worker::tell_stayed(WorkOrder& order, const ports::DomainFacts& source, const Facts& target) {
  const model::Action& action = order.action;
  if (order.adopted_state == ActionState::kIntent)
    return tell(order, ActionState::kSkipped, "nothing was begun before the lead changed");
  const auto& move = std::get<model::MigrateTo>(action.step);
  const bool stopped = order.own.watch && !order.own.watch->stopped().empty();
  std::string text = stopped ? order.own.watch->stopped() : "it ended before it was complete";
  text += "; " + action.domain_name +
          (ports::runs(source) ? " runs" : std::string(" is ") + telemetry::to_string(source.state)) + " on " +
          action.node_name;
  if (is_silent(target)) text += "; " + move.target_name + " does not answer";
  // What lies there by now may be somebody else's: nothing is removed that was made before our time.
  std::string disks;
  for (const std::string& disk : move.copied_disks) disks += (disks.empty() ? "" : ", ") + disk;
  if (!disks.empty())
    text += "; files that were made for its disks (" + disks + ") may be left on " + move.target_name +
            ": remove them before it is to be moved there";
  tell(order, ActionState::kAborted, std::move(text));
}

}  // namespace hotspot::act
