#include "actuator/act/worker.h"

#include <algorithm>

#include "actuator/act/action_machine.h"
#include "actuator/act/migration_record.h"
#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;

}  // namespace

std::string cancel_reason(WorkOrder& order) {
  const std::lock_guard lock(order.mutex);
  return order.cancel_reason;
}

ports::NodeAddress source_of(const model::Action& action) {
  return {action.node_uuid, action.node_name, action.node_uri};
}

ports::NodeAddress target_of(const model::Action& action) {
  const auto& move = std::get<model::MigrateTo>(action.step);
  return {move.target_uuid, move.target_name, move.target_uri};
}

void Worker::run(WorkOrder& order) {
  if (!order.action.undoes.empty()) return give_back(order);
  order.adopted ? find_out(order) : carry_out(order);
}

// A migration that was thought through just before it begins.
struct Worker::Prepared {
  plan::MigrationMethod method;
  std::map<std::string, double> figures;  // predicted
  std::string sentence;
};

void Worker::carry_out(WorkOrder& order) {
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  if (is_over(order) || !second_look(order)) return;
  std::optional<Prepared> prepared;
  if (std::holds_alternative<model::MigrateTo>(order.action.step)) {
    prepared = prepare(order);
    // Sampling took its time: once more.
    if (!prepared || is_over(order) || !second_look(order)) return;
  }
  // The look may have taken long. Who leads by now has found that nothing was begun: so it must stay. A lease that is
  // renewed late was nobody else's meanwhile, but what was seen is old.
  while (!may_act()) {
    if (!wait_for_lease(order) || !second_look(order)) return;
  }
  if (order.abandon || is_over(order)) return;
  if (order.cancel) return tell(order, ActionState::kAborted, cancel_reason(order));
  if (!prepared) {
    tell(order, ActionState::kStarted);
    return scale(order);
  }
  order.recorded.insert(prepared->figures.begin(), prepared->figures.end());
  if (prepared->method.post_copy) order.recorded[kMayPostCopy] = 1;
  if (prepared->method.turn_early) order.recorded[kTurnsEarly] = 1;
  tell(order, ActionState::kStarted, prepared->sentence, order.recorded);
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

// Predicts with what can be known at the last moment, and chooses the method. Empty: it was told why not.
std::optional<Worker::Prepared> Worker::prepare(WorkOrder& order) {
  const model::Action& action = order.action;
  plan::Figures expected = action.expected;
  if (order.emulated) expected[plan::kExpectedEmulated] = 1;
  std::string source = expected.contains(plan::kExpectedDirty) ? "of the snapshot" : look_at_writing(order, expected);
  plan::MigrationOutlook outlook = plan::outlook_of(expected);
  auto method = plan::choose_migration(options_.migration, outlook);
  const auto closes = expected.find(plan::kExpectedWindowCloses);
  const auto too_late = [&] {
    return method && closes != expected.end() &&
           to_unix_seconds(clock_.now()) + method->estimate.total_seconds > closes->second;
  };
  // What is only assumed refuses nothing, and turns nothing to post-copy.
  if (expected.contains(plan::kExpectedDirtyAssumed) && (!method || method->turn_early || too_late())) {
    expected[plan::kExpectedDirty] = expected[plan::kExpectedDirtySampled];
    expected.erase(plan::kExpectedDirtyAssumed);
    outlook = plan::outlook_of(expected);
    method = plan::choose_migration(options_.migration, outlook);
    source = "sampled, at least";
  }
  if (!method) {
    tell(order, ActionState::kSkipped, method.error().message + " (dirty rate " + source + ")", expected);
    return std::nullopt;
  }
  // What is known by now may be more than what the plan knew.
  if (too_late()) {
    tell(order, ActionState::kSkipped,
         "it would take " +
             model::duration_text(Milliseconds(static_cast<std::int64_t>(method->estimate.total_seconds * 1000))) +
             ", and its window of time closes before (dirty rate " + source + ")",
         expected);
    return std::nullopt;
  }
  return Prepared{*method, predicted_figures(outlook, *method, options_.migration, expected),
                  prediction_sentence(outlook, *method, source)};
}

// Samples how the guest writes, and returns where the dirty rate is from.
std::string Worker::look_at_writing(const WorkOrder& order, plan::Figures& expected) {
  const auto last = expected.find(plan::kExpectedDirtyLast);
  const auto of_last = last == expected.end() ? std::nullopt : std::optional(last->second);
  const plan::MigrationOutlook outlook = plan::outlook_of(expected);
  auto brief = sample_dirty_rate(order, plan::brief_sampling(static_cast<double>(outlook.memory.bytes)));
  if (!brief) return (of_last ? "of its last migration; " : "not known; ") + brief.error().message;
  std::optional<plan::DirtySample> longer;
  std::string trouble;
  const double first_round_seconds = static_cast<double>(outlook.memory.bytes) / outlook.bytes_per_second;
  double spent_seconds = brief->seconds * brief->times;
  while (const auto sampling =
             plan::further_sampling(*brief, longer, outlook.bytes_per_second, first_round_seconds, spent_seconds)) {
    spent_seconds += sampling->seconds * sampling->times;
    const auto sampled = sample_dirty_rate(order, *sampling);
    if (!sampled) trouble = "; a further sample failed: " + sampled.error().message;
    if (sampled && sampled->bytes_per_second <= 0) trouble = "; in a further sample it wrote less than libvirt tells";
    if (!trouble.empty()) break;
    plan::add_sample(*sampled, *brief, longer);
  }
  const plan::DirtyRate rate = plan::dirty_rate_of(*brief, longer);
  const double busy = expected.contains(plan::kExpectedBusy) ? outlook.memory.busy_ratio : 0;
  const double believed = plan::believed_dirty_rate(rate, of_last, busy);
  expected[plan::kExpectedDirtySampled] = rate.bytes_per_second;
  expected[plan::kExpectedDirty] = believed;
  if (rate.writable_bytes) expected[plan::kExpectedWritable] = *rate.writable_bytes;
  if (believed == rate.bytes_per_second) return "sampled" + trouble;
  if (!rate.least) return "of its last migration, confirmed by a sample";
  expected[plan::kExpectedDirtyAssumed] = 1;
  return "assumed of a guest so busy; sampled: all that it writes, within a second";
}

Worker::Sampled Worker::sample_dirty_rate(const WorkOrder& order, const plan::DirtySampling& sampling) {
  const auto [seconds, times] = sampling;
  double sum = 0;
  for (int i = 0; i < times; ++i) {
    if (order.abandon || order.cancel || order.over)
      return ports::CallError{CallFault::kCancelled, "it was not sampled"};
    const auto sampled = hypervisor_.dirty_bytes_per_second(source_of(order.action), order.action.domain_uuid, seconds);
    if (!sampled) return sampled.error();
    sum += *sampled;
  }
  return plan::DirtySample{sum / times, static_cast<double>(seconds), times};
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

Worker::Facts Worker::look_at_source(const WorkOrder& order) {
  return hypervisor_.look(source_of(order.action), order.action.domain_uuid);
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
    const auto tuned = hypervisor_.is_tuned(source_of(order.action), order.action.domain_uuid, order.action.step);
    if (!tuned) because("the second look was not possible: " + tuned.error().message);
    if (tuned && *tuned) because("it is so already: " + model::describe(order.action.step));
  }
  if (skip) tell(order, ActionState::kSkipped, skip->why, skip->figures);
  if (source && source->autostart) order.recorded[kHadAutostart] = 1;
  if (source) order.emulated = source->emulated;
  return !skip;
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
                                     : set_memory(action, action.step);
  if (!done) return settle(order, done.error());
  confirm(order, {});
}

Result<void, ports::CallError> Worker::set_memory(const model::Action& action, const model::Step& step) {
  if (const auto* balloon = std::get_if<model::SetBalloon>(&step))
    return hypervisor_.set_balloon(source_of(action), action.domain_uuid, balloon->to_bytes);
  return hypervisor_.resize_memory(source_of(action), action.domain_uuid, step);
}

void Worker::migrate(WorkOrder& order, const Prepared& prepared) {
  // When the executor ends, libvirt finishes the migration, and the next leader finds it.
  const auto on_progress = [&](const ports::MigrationProgress& progress) { return follow(order, progress); };
  const Milliseconds begun = clock_.steady();
  ports::MigrationOptions options = options_of(options_.migration, prepared.method);
  const auto& move = std::get<model::MigrateTo>(order.action.step);
  options.copied_disks = move.copied_disks;
  options.shared_by_statement = move.shared_by_statement;
  // Files are made and connections opened before libvirt is asked: the lease may run out meanwhile.
  options.may_begin = [deadline = deadline_, &clock = clock_] { return clock.steady() < deadline->load(); };
  const auto result = hypervisor_.migrate(source_of(order.action), order.action.domain_uuid, target_of(order.action),
                                          options, on_progress);
  if (result) {
    auto figures = figures_of(*result);
    // libvirt's own count begins after we have connected.
    figures["total_ms"] = static_cast<double>(std::max((clock_.steady() - begun).count(), result->elapsed_ms));
    figures.insert(prepared.figures.begin(), prepared.figures.end());
    return confirm(order, std::move(figures), keep_autostart(order));
  }
  ports::CallError error = result.error();
  if (error.fault == CallFault::kCancelled && order.watch && !order.watch->stopped().empty())
    error.message = order.watch->stopped();
  settle(order, error);
}

ports::Verdict Worker::follow(WorkOrder& order, const ports::MigrationProgress& progress) {
  if (!order.watch) {
    order.watch.emplace(MigrationWatch::Options{.stall_limit = options_.stall_limit,
                                                .progress_interval = options_.progress_interval,
                                                .post_copy = order.recorded.contains(kMayPostCopy),
                                                .turn_early = order.recorded.contains(kTurnsEarly)});
  }
  const Milliseconds now = clock_.steady();
  order.copied =
      order.copied || progress.memory_processed_bytes.value_or(0) > 0 || progress.disk_processed_bytes.value_or(0) > 0;
  if (order.watch->is_due(now)) tell(order, ActionState::kProgress, "", figures_of(progress));
  return order.watch->judge(progress, now, order.cancel ? std::optional(cancel_reason(order)) : std::nullopt);
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
                      ? refusal_figures(error, order.copied ? Sent::kSome : Sent::kNothing)
                      : std::map<std::string, double>());
    case CallFault::kUnreachable:
      break;
  }
  // Unknown. Saying "failed" could be a lie; libvirt is asked until it answers.
  tell(order, ActionState::kProgress, "the outcome is not known: " + error.message);
  order.adopted_state = ActionState::kStarted;
  find_out(order);
}

// What could not be done: a sentence. libvirt does not take the mark along.
std::string Worker::keep_autostart(const WorkOrder& order) {
  if (!order.recorded.contains(kHadAutostart)) return "";
  const auto marked = hypervisor_.set_autostart(target_of(order.action), order.action.domain_uuid);
  return marked ? "" : "it is not marked to be started with its node any more: " + marked.error().message;
}

void Worker::confirm(WorkOrder& order, std::map<std::string, double> figures, std::string message) {
  const bool moved = std::holds_alternative<model::MigrateTo>(order.action.step);
  const Facts facts =
      hypervisor_.look(moved ? target_of(order.action) : source_of(order.action), order.action.domain_uuid);
  if (!facts) {
    // libvirt said done and now says nothing: the snapshots decide.
    if (!message.empty()) message += "; ";
    return tell(order, ActionState::kVerifying, message + facts.error().message, std::move(figures));
  }
  if (const auto mismatch = mismatch_in_libvirt(order.action, *facts)) {
    return tell(order, ActionState::kFailed, *mismatch, std::move(figures));
  }
  if (!guest_takes_memory(order, figures) || !change_definition(order, *facts) || !guest_follows(order, figures))
    return;
  tell(order, ActionState::kVerifying, std::move(message), std::move(figures));
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

// Memory that was plugged in is the guest's only once its kernel has taken it; so is a block that it is to give back.
bool Worker::guest_takes_memory(WorkOrder& order, std::map<std::string, double>& figures) {
  const model::Action& action = order.action;
  if (!std::holds_alternative<model::SetVirtioMem>(action.step) &&
      !std::holds_alternative<model::PlugDimm>(action.step))
    return true;
  const Milliseconds until = clock_.steady() + options_.verify_limit;
  for (;;) {
    const Facts facts = hypervisor_.look(source_of(action), action.domain_uuid);
    if (!facts) return true;  // the snapshots decide
    const auto missing = memory_not_taken(action, *facts, figures);
    if (!missing) return true;
    if (clock_.steady() >= until) {
      std::string sentence = *missing;
      if (const auto* plugged = std::get_if<model::SetVirtioMem>(&action.step))
        sentence += hold_virtio_mem(action, *plugged, *facts);
      tell(order, ActionState::kFailed, sentence, figures);
      return false;
    }
    if (!pause(order, options_.ask_again)) return false;
  }
}

// What the guest has not taken or given by now, it shall not take or give at some other time, unseen.
std::string Worker::hold_virtio_mem(const model::Action& action, const model::SetVirtioMem& step,
                                    const ports::DomainFacts& facts) {
  const auto* device = ports::find_memory_device(facts, step.device);
  if (device == nullptr || !device->current_bytes) return "";
  const std::int64_t now = *device->current_bytes;
  const auto held = hypervisor_.resize_memory(source_of(action), action.domain_uuid,
                                              model::with_ends(action.step, step.from_bytes, now));
  return held ? "; it is held at " + model::bytes_text(now) : "; " + held.error().message;
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
