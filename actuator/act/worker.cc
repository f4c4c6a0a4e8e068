#include "actuator/act/worker.h"

#include <cstdlib>

#include "actuator/act/action_machine.h"
#include "actuator/act/stall.h"
#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using telemetry::DomainState;

// A domain that both nodes know, without a job, is asked about this often before we say so.
constexpr int kMostAsked = 60;

std::string cancel_reason(WorkOrder& order) {
  const std::lock_guard lock(order.mutex);
  return order.cancel_reason;
}

}  // namespace

ports::NodeAddress source_of(const model::Action& action) {
  return {action.node_uuid, action.node_name, action.node_uri};
}

ports::NodeAddress target_of(const model::Action& action) {
  const auto& move = std::get<model::MigrateTo>(action.step);
  return {move.target_uuid, move.target_name, move.target_uri};
}

std::map<std::string, double> figures_of(const ports::MigrationProgress& progress) {
  std::map<std::string, double> figures{{"elapsed_ms", static_cast<double>(progress.elapsed_ms)}};
  const auto add = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) figures[name] = static_cast<double>(*value);
  };
  add("memory_total_bytes", progress.memory_total_bytes);
  add("memory_processed_bytes", progress.memory_processed_bytes);
  add("memory_remaining_bytes", progress.memory_remaining_bytes);
  add("bandwidth_bytes_per_second", progress.bandwidth_bytes_per_second);
  add("dirty_bytes_per_second", progress.dirty_bytes_per_second);
  add("iteration", progress.iteration);
  add("downtime_ms", progress.downtime_ms);
  add("setup_ms", progress.setup_ms);
  add("throttle_percent", progress.throttle_percent);
  return figures;
}

void Worker::run(WorkOrder& order) { order.adopted ? find_out(order) : carry_out(order); }

void Worker::carry_out(WorkOrder& order) {
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  if (!second_look(order)) return;
  // The look may have taken long. Who leads by now has found that nothing was begun: so it must stay.
  if (order.abandon) return;
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  tell(order, ActionState::kStarted);
  std::holds_alternative<model::MigrateTo>(order.action.step) ? migrate(order) : scale(order);
}

bool Worker::second_look(WorkOrder& order) {
  const Facts source = hypervisor_.look(source_of(order.action), order.action.domain_uuid);
  std::optional<std::string> why;
  if (!source) {
    why = source.error().fault == CallFault::kNotFound
              ? order.action.domain_name + " is not on " + order.action.node_name + " any more"
              : "the second look was not possible: " + source.error().message;
  } else {
    why = reason_to_skip(order.action, *source);
  }
  if (!why && std::holds_alternative<model::MigrateTo>(order.action.step)) {
    why = reason_to_skip_at_target(order.action, hypervisor_.look(target_of(order.action), order.action.domain_uuid));
  }
  if (!why && model::is_tuning(order.action.step)) {
    const auto tuned = hypervisor_.is_tuned(source_of(order.action), order.action.domain_uuid, order.action.step);
    if (!tuned) why = "the second look was not possible: " + tuned.error().message;
    if (tuned && *tuned) why = "it is so already: " + model::describe(order.action.step);
  }
  if (why) tell(order, ActionState::kSkipped, *why);
  return !why;
}

void Worker::scale(WorkOrder& order) {
  const model::Action& action = order.action;
  if (is_shrink(action)) return shrink(order);
  if (model::is_tuning(action.step)) {
    const auto tuned = hypervisor_.tune(source_of(action), action.domain_uuid, action.step);
    if (!tuned) return settle(order, tuned.error());
    return tell(order, ActionState::kVerifying);
  }
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  const auto done = vcpus != nullptr ? hypervisor_.set_vcpus(source_of(action), action.domain_uuid, vcpus->to)
                                     : hypervisor_.set_balloon(source_of(action), action.domain_uuid,
                                                               std::get<model::SetBalloon>(action.step).to_bytes);
  if (!done) return settle(order, done.error());
  confirm(order, {});
}

// Step by step, each allowed by the executor once the snapshots show that the guest is well.
void Worker::shrink(WorkOrder& order) {
  const auto& goal = std::get<model::SetBalloon>(order.action.step);
  std::int64_t now = goal.from_bytes;
  for (int steps = 0; now > goal.to_bytes; ++steps) {
    std::unique_lock lock(order.mutex);
    order.changed.wait(lock,
                       [&] { return order.steps_allowed > steps || order.stop || order.cancel || order.abandon; });
    lock.unlock();
    if (order.abandon || order.stop) return;
    if (order.cancel) {
      return tell(order, ActionState::kAborted, cancel_reason(order) + "; it stays at " + model::bytes_text(now));
    }
    now = next_balloon(now, goal.to_bytes, options_.shrink);
    const auto done = hypervisor_.set_balloon(source_of(order.action), order.action.domain_uuid, now);
    if (!done) return settle(order, done.error());
    if (now > goal.to_bytes) {
      tell(order, ActionState::kProgress, "", {{"balloon_bytes", static_cast<double>(now)}});
    }
  }
  confirm(order, {});
}

void Worker::migrate(WorkOrder& order) {
  StallWatch watch(options_.stall_limit);
  std::string stopped;  // why we ended it
  Milliseconds last_told{-1};
  const auto on_progress = [&](const ports::MigrationProgress& progress) {
    const Milliseconds now = clock_.steady();
    if (order.cancel) stopped = cancel_reason(order);
    if (stopped.empty() && watch.stalled(progress, now)) {
      stopped = "no progress for " + model::duration_text(options_.stall_limit) +
                (watch.least_remaining_bytes() == INT64_MAX
                     ? ""
                     : ", at best " + model::bytes_text(watch.least_remaining_bytes()) + " were left to copy");
    }
    if (last_told < Milliseconds(0) || now - last_told >= options_.progress_interval) {
      last_told = now;
      tell(order, ActionState::kProgress, "", figures_of(progress));
    }
    // When the executor ends, libvirt finishes the migration, and the next leader finds it.
    return stopped.empty();
  };
  const auto result = hypervisor_.migrate(source_of(order.action), order.action.domain_uuid, target_of(order.action),
                                          options_.migration, on_progress);
  if (result) {
    auto figures = figures_of(*result);
    figures["total_ms"] = static_cast<double>(result->elapsed_ms);
    return confirm(order, std::move(figures));
  }
  ports::CallError error = result.error();
  if (error.fault == CallFault::kCancelled && !stopped.empty()) error.message = stopped;
  settle(order, error);
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
      return tell(order, ActionState::kFailed, error.message);
    case CallFault::kUnreachable:
      break;
  }
  // Unknown. Saying "failed" could be a lie; libvirt is asked until it answers.
  tell(order, ActionState::kProgress, "the outcome is not known: " + error.message);
  order.adopted_state = ActionState::kStarted;
  find_out(order);
}

void Worker::confirm(WorkOrder& order, std::map<std::string, double> figures) {
  const bool moved = std::holds_alternative<model::MigrateTo>(order.action.step);
  const Facts facts =
      hypervisor_.look(moved ? target_of(order.action) : source_of(order.action), order.action.domain_uuid);
  if (!facts) {
    // libvirt said done and now says nothing: the snapshots decide.
    return tell(order, ActionState::kVerifying, facts.error().message, std::move(figures));
  }
  if (const auto mismatch = mismatch_in_libvirt(order.action, *facts)) {
    return tell(order, ActionState::kFailed, *mismatch, std::move(figures));
  }
  if (!change_definition(order, *facts) || !guest_follows(order, figures)) return;
  tell(order, ActionState::kVerifying, "", std::move(figures));
}

// A transient domain has no definition: there is nothing to change.
bool Worker::change_definition(WorkOrder& order, const ports::DomainFacts& live) {
  if (!is_persistent(order.action) || !live.persistent) return true;
  const ports::NodeAddress node = source_of(order.action);
  const auto done = hypervisor_.set_persistently(node, order.action.domain_uuid, order.action.step);
  if (!done) {
    tell(order, ActionState::kFailed, "it was changed live, but not in its definition: " + done.error().message);
    return false;
  }
  const Facts facts = hypervisor_.look(node, order.action.domain_uuid);
  const auto mismatch = facts ? mismatch_in_definition(order.action, *facts) : std::nullopt;
  if (mismatch) tell(order, ActionState::kFailed, *mismatch);
  return !mismatch;
}

// A guest with an agent says itself how many vCPUs it uses. Without one the snapshots have to show it.
bool Worker::guest_follows(WorkOrder& order, std::map<std::string, double>& figures) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&order.action.step);
  if (vcpus == nullptr || vcpus->to <= vcpus->from) return true;
  const Milliseconds until = clock_.steady() + options_.verify_limit;
  for (;;) {
    const auto online = hypervisor_.guest_vcpus(source_of(order.action), order.action.domain_uuid);
    if (!online) return true;
    figures["guest_vcpus"] = *online;
    if (*online >= vcpus->to) return true;
    if (clock_.steady() >= until) {
      tell(order, ActionState::kFailed,
           not_online_text(order.action, *online) + " (its agent says that it uses " + std::to_string(*online) + ")",
           figures);
      return false;
    }
    if (!pause(order, options_.ask_again)) return false;
  }
}

bool Worker::find_out_tuning(WorkOrder& order) {
  const auto tuned = hypervisor_.is_tuned(source_of(order.action), order.action.domain_uuid, order.action.step);
  if (!tuned && tuned.error().fault == CallFault::kUnreachable) return false;
  if (!tuned) {
    tell(order, ActionState::kFailed, tuned.error().message);
  } else if (*tuned) {
    tell(order, ActionState::kVerifying, "found as it should be after all");
  } else if (order.adopted_state == ActionState::kIntent) {
    tell(order, ActionState::kSkipped, "who intended it ended before it began");
  } else {
    tell(order, ActionState::kAborted, "it did not take effect; nothing is tried twice");
  }
  return true;
}

void Worker::find_out(WorkOrder& order) {
  const bool moves = std::holds_alternative<model::MigrateTo>(order.action.step);
  while (!(moves ? find_out_migration(order) : find_out_scaling(order))) {
    if (!pause(order, options_.ask_again)) return;
  }
}

// True when the outcome is known and told.
bool Worker::find_out_scaling(WorkOrder& order) {
  if (model::is_tuning(order.action.step)) return find_out_tuning(order);
  const Facts facts = hypervisor_.look(source_of(order.action), order.action.domain_uuid);
  if (!facts) {
    if (facts.error().fault != CallFault::kNotFound) return false;
    tell(order, ActionState::kFailed, order.action.domain_name + " is not on " + order.action.node_name + " any more");
    return true;
  }
  const auto* vcpus = std::get_if<model::SetVcpus>(&order.action.step);
  const auto* balloon = std::get_if<model::SetBalloon>(&order.action.step);
  if (is_shrink(order.action) && facts->balloon_bytes < balloon->from_bytes - kBalloonToleranceBytes) {
    tell(order, ActionState::kVerifying, "found at " + model::bytes_text(facts->balloon_bytes) + "; it is watched");
    return true;
  }
  const bool reached = vcpus != nullptr
                           ? facts->vcpus == vcpus->to
                           : std::llabs(facts->balloon_bytes - balloon->to_bytes) <= kBalloonToleranceBytes;
  if (reached) {
    tell(order, ActionState::kVerifying, "found as it should be after all");
  } else if (order.adopted_state == ActionState::kIntent) {
    tell(order, ActionState::kSkipped, "who intended it ended before it began");
  } else {
    tell(order, ActionState::kAborted, "it did not take effect; nothing is tried twice");
  }
  return true;
}

bool Worker::find_out_migration(WorkOrder& order) {
  const model::Action& action = order.action;
  const Facts target = hypervisor_.look(target_of(action), action.domain_uuid);
  const Facts source = hypervisor_.look(source_of(action), action.domain_uuid);
  const auto runs = [](const Facts& facts) {  // blocked is running, for Xen
    return facts && (facts->state == DomainState::kRunning || facts->state == DomainState::kBlocked);
  };
  const auto gone = [](const Facts& facts) {
    return (!facts && facts.error().fault == CallFault::kNotFound) || (facts && facts->state == DomainState::kShutoff);
  };
  if (runs(source) && source->job_active && order.cancel) {
    (void)hypervisor_.cancel_job(source_of(action), action.domain_uuid);
    return false;
  }
  if (runs(target) && gone(source)) {
    tell(order, ActionState::kVerifying, "found on " + target_of(action).name + " after all");
    return true;
  }
  if (source && !gone(source) && !source->job_active && gone(target)) {
    const bool begun = order.adopted_state != ActionState::kIntent;
    const std::string how = runs(source) ? " runs" : std::string(" is ") + telemetry::to_string(source->state);
    tell(order, begun ? ActionState::kAborted : ActionState::kSkipped,
         begun ? "it ended before it was complete; " + action.domain_name + how + " on " + action.node_name
               : "who intended it ended before it began");
    return true;
  }
  if (target && !gone(target) && !target->job_active && gone(source)) {
    tell(order, ActionState::kFailed,
         action.domain_name + " is on " + target_of(action).name + ", but " + telemetry::to_string(target->state) +
             ": it was paused by somebody, or " + "could not go on");
    return true;
  }
  if (source && target && !source->job_active && !target->job_active && ++order.asked >= kMostAsked) {
    tell(order, ActionState::kFailed,
         "libvirt knows " + action.domain_name + " on both nodes: as " + telemetry::to_string(source->state) + " on " +
             action.node_name + " and as " + telemetry::to_string(target->state) + " on " + target_of(action).name +
             "; nothing is done about it, look at it");
    return true;
  }
  if (gone(source) && gone(target)) {
    tell(order, ActionState::kFailed,
         action.domain_name + " runs neither on " + action.node_name + " nor on " + target_of(action).name +
             ": it was shut down, or moved by somebody else");
    return true;
  }
  return false;  // under way, or a node does not answer
}

void Worker::tell(const WorkOrder& order, ActionState state, std::string message,
                  std::map<std::string, double> figures) {
  report_({order.action.id, state, clock_.now(), std::move(message), std::move(figures)});
}

bool Worker::pause(WorkOrder& order, Milliseconds duration) {
  std::unique_lock lock(order.mutex);
  order.changed.wait_for(lock, duration, [&] { return order.abandon.load(); });
  return !order.abandon;
}

}  // namespace hotspot::act
