// Follows a shrink: allows each further step, or has the memory returned if the guest suffers.
#include "actuator/act/executor_impl.h"

#include <algorithm>
#include <utility>

#include "actuator/act/action_machine.h"
#include "actuator/model/text.h"
#include "actuator/plan/planning.h"
#include "common/text/duration.h"

namespace hotspot::act {

using model::ActionState;
using ports::JournalEntry;

namespace {

// Where the last step that was told of went, between the action's two ends.
std::int64_t reached_bytes(const std::map<std::string, double>& figures, std::int64_t if_none) {
  const auto reached = figures.find("balloon_bytes");
  return reached == figures.end() ? if_none : static_cast<std::int64_t>(reached->second);
}

// Why the next step must not be taken. A guest may still have more than the last step leaves it.
std::optional<std::string> against_next_step(const model::Action& action, const std::map<std::string, double>& figures,
                                             const telemetry::DomainSample& domain, const ShrinkOptions& options) {
  const model::MemoryChange taken = *model::memory_change(action.step);
  const std::int64_t now = reached_bytes(figures, taken.from_bytes);
  const std::int64_t next = next_balloon(now, taken.to_bytes, options);
  return ShrinkGuard::needs(domain, plan::memory_carried_by(action.step, domain).value_or(now) - next);
}

}  // namespace

void Executor::Impl::note_step(Running& entry, const ports::ActionReport& report) {
  ShrinkWatch& watch = *entry.shrink;
  if (watch.begun_at == WallTime{}) watch.begun_at = report.at;
  watch.step_at = report.at;
  watch.allowed = false;
  watch.fresh_at = clock.steady();
  if (report.state == ActionState::kVerifying) entry.verify_until += options.shrink.watch;
}

void Executor::Impl::watch_shrink(Running& entry, const model::Cluster& cluster) {
  ShrinkWatch& watch = *entry.shrink;
  if (entry.state == ActionState::kIntent || model::is_final(entry.state) || !watch.trouble.empty()) return;
  const model::DomainRef found = cluster.find_domain(entry.action.domain_uuid);
  if (found && found.node->taken_at() > watch.seen_at) {
    watch.seen_at = found.node->taken_at();
    watch.fresh_at = clock.steady();
    if (auto trouble = watch.guard.look(*found.domain, watch.seen_at, watch.begun_at)) {
      return stop_shrink(entry, *trouble, ActionState::kAborted, GiveBack::kYes);
    }
  }
  if (clock.steady() - watch.fresh_at >= options.shrink.silence) {
    return stop_shrink(
        entry, "no fresh snapshot for " + text::duration_text(options.shrink.silence) + ": no more memory is taken",
        ActionState::kAborted, GiveBack::kNo);
  }
  if (entry.state == ActionState::kVerifying) {
    // What somebody else has set meanwhile is not taken back.
    if (auto others = overtaken_by_others(entry.action, cluster, entry.verifying_since))
      return stop_shrink(entry, std::move(*others), ActionState::kFailed, GiveBack::kNo);
    return finish_shrink(entry, cluster);
  }
  if (!watch.allowed && watch.seen_at < watch.step_at + options.shrink.step_pause) return;
  if (!found) return;
  // Also of a step that was allowed and waits for the lease.
  if (auto against = against_next_step(entry.action, entry.figures, *found.domain, options.shrink))
    return stop_shrink(entry, std::move(*against), ActionState::kAborted, GiveBack::kNo);
  if (watch.allowed) return;
  watch.allowed = true;
  actions->allow_step(entry.action.id);
}

void Executor::Impl::stop_shrink(Running& entry, std::string why, ActionState ends_as, GiveBack give_back) {
  entry.shrink->trouble = std::move(why);
  entry.shrink->ends_as = ends_as;
  entry.shrink->give_back = give_back == GiveBack::kYes;
  actions->stop(entry.action.id);
}

void Executor::Impl::finish_shrink(Running& entry, const model::Cluster& cluster) {
  const model::Action& action = entry.action;
  const bool watched = entry.shrink->seen_at >= entry.verifying_since + options.shrink.watch;
  if (watched && seen_in_snapshots(action, cluster, entry.verifying_since) == Seen::kYes) {
    return note(entry, ActionState::kDone, "");
  }
  if (watched && entry.adopted) {
    return note(entry, ActionState::kAborted,
                "who began it ended half-way; the guest was watched and is well, nothing is tried twice");
  }
  if (clock.steady() < entry.verify_until) return;
  const model::DomainRef found = cluster.find_domain(action.domain_uuid);
  const std::int64_t now = found ? found.domain->memory_balloon_bytes.value_or(0) : 0;
  stop_shrink(entry, action.domain_name + " does not give memory back: it still has " + model::bytes_text(now),
              ActionState::kFailed, GiveBack::kYes);
}

void Executor::Impl::end_shrinks(std::int64_t token, std::vector<JournalEntry>& written) {
  std::vector<model::Action> back;
  for (const auto& entry : running) {
    if (!entry->shrink || entry->shrink->trouble.empty() || model::is_final(entry->state)) continue;
    if (actions->work(entry->action.id) != ports::Work::kEnded) continue;
    std::string message = entry->shrink->trouble;
    if (entry->shrink->give_back) {
      if (!unwritten.empty()) continue;  // Redis is away: later, in order
      model::Action undo = roll_back(*entry, token);
      JournalEntry intent = intent_of(undo, token);
      const auto done = journal.append(intent);
      if (!done) {
        fenced = fenced || done.error().fault == ports::WriteFault::kFenced;
        continue;
      }
      message += "; rolled back by action " + undo.id;
      written.push_back(std::move(intent));
      back.push_back(std::move(undo));
    }
    note(*entry, entry->shrink->ends_as, std::move(message));
  }
  for (model::Action& action : back) start({.action = std::move(action)}, ActionState::kIntent);
}

model::Action Executor::Impl::roll_back(const Running& entry, std::int64_t token) const {
  model::Action undo = entry.action;
  const model::MemoryChange taken = *model::memory_change(undo.step);
  const auto now =
      entry.state == ActionState::kVerifying ? taken.to_bytes : reached_bytes(entry.figures, taken.to_bytes);
  undo.undoes = undo.id;
  undo.id += "-back" + std::to_string(token);
  undo.step = model::with_ends(undo.step, now, taken.from_bytes);
  undo.reason = "rolls back " + undo.undoes + ": " + entry.shrink->trouble;
  undo.planned_at = clock.now();
  return undo;
}

}  // namespace hotspot::act
