#include "actuator/act/executor.h"

#include <algorithm>
#include <utility>

#include "actuator/act/action_machine.h"
#include "actuator/act/executor_impl.h"
#include "common/text/duration.h"

namespace hotspot::act {

using model::ActionState;
using ports::JournalEntry;

void Executor::Impl::start(ports::ActionOrder order, ActionState state) {
  auto entry = std::make_unique<Running>();
  entry->action = order.action;
  entry->adopted = order.adopted_state.has_value();
  entry->state = state;
  entry->figures = order.figures;
  if (is_shrink(entry->action)) entry->shrink.emplace(options.shrink, clock.steady());
  running.push_back(std::move(entry));
  actions->begin(std::move(order), now());
}

Executor::Impl::Running* Executor::Impl::find(const std::string& id) {
  const auto found = std::find_if(running.begin(), running.end(), [&](const auto& r) { return r->action.id == id; });
  return found == running.end() ? nullptr : found->get();
}

void Executor::Impl::note(Running& entry, ports::ActionReport report) {
  entry.state = report.state;
  // Every entry has all figures that are known: a new leader reads only the newest.
  for (const auto& [name, value] : report.figures) entry.figures.insert_or_assign(name, value);
  unwritten.push_back({.action = entry.action,
                       .state = report.state,
                       .at = report.at,
                       .token = 0,
                       .message = std::move(report.message),
                       .figures = entry.figures,
                       .stream_id = ""});
}

void Executor::Impl::note(Running& entry, ActionState state, std::string message) {
  note(entry, {entry.action.id, state, clock.now(), std::move(message), {}});
}

void Executor::Impl::take_reports() {
  for (ports::ActionReport& report : actions->reports(now())) {
    Running* entry = find(report.action_id);
    if (entry == nullptr || model::is_final(entry->state)) continue;
    if (report.state == ActionState::kVerifying) {
      entry->verifying_since = report.at;
      entry->verify_until = clock.steady() + options.verify_limit;
    }
    if (entry->shrink) note_step(*entry, report);
    if (report.figures.contains("guest_vcpus")) entry->guest_answered = true;
    note(*entry, std::move(report));
  }
}

void Executor::Impl::look_at_snapshots(const model::Cluster& cluster) {
  for (const auto& entry : running) {
    if (entry->shrink) watch_shrink(*entry, cluster);
    if (entry->state != ActionState::kVerifying || entry->shrink) continue;
    const bool seen = seen_in_snapshots(entry->action, cluster, entry->verifying_since) == Seen::kYes;
    if (seen && adds_vcpus(entry->action) && !entry->guest_answered) {
      look_at_vcpus(*entry, *cluster.find_domain(entry->action.domain_uuid).domain);
    } else if (seen) {
      note(*entry, ActionState::kDone, "");
    } else if (auto others = overtaken_by_others(entry->action, cluster, entry->verifying_since)) {
      note(*entry, ActionState::kFailed, std::move(*others));
    } else if (clock.steady() >= entry->verify_until) {
      note(*entry, ActionState::kFailed,
           "libvirt says that it was done, but within " + text::duration_text(options.verify_limit) +
               " no snapshot showed it");
    }
  }
}

bool Executor::Impl::adds_vcpus(const model::Action& action) {
  return std::holds_alternative<model::SetVcpus>(action.step) && plan::grows(action.step);
}

void Executor::Impl::look_at_vcpus(Running& entry, const telemetry::DomainSample& sample) {
  const model::Action& action = entry.action;
  const auto in_use = added_vcpus_in_use(action, sample);
  if (!in_use) {
    return note(entry, ActionState::kDone, "nothing tells whether the guest has brought them online");
  }
  entry.vcpus_in_use.insert(in_use->begin(), in_use->end());
  const std::vector<int> missing = not_online(action, entry.vcpus_in_use);
  if (missing.empty()) return note(entry, ActionState::kDone, "");
  if (clock.steady() < entry.verify_until) return;
  note(entry, ActionState::kFailed,
       not_online_text(action, missing.front()) + " (it used no CPU time within " +
           text::duration_text(options.verify_limit) + ")");
}

JournalEntry Executor::Impl::intent_of(const model::Action& action, std::int64_t token) const {
  return {.action = action,
          .state = ActionState::kIntent,
          .at = clock.now(),
          .token = token,
          .message = action.undoes.empty() ? "" : action.reason,
          .figures = {},
          .stream_id = ""};
}

std::vector<JournalEntry> Executor::Impl::write(std::int64_t token) {
  std::vector<JournalEntry> written;
  if (!fenced) end_shrinks(token, written);
  while (!unwritten.empty() && !fenced) {
    unwritten.front().token = token;
    const auto result = journal.append(unwritten.front());
    if (!result) {
      fenced = result.error().fault == ports::WriteFault::kFenced;
      break;
    }
    written.push_back(std::move(unwritten.front()));
    unwritten.pop_front();
  }
  return written;
}

void Executor::Impl::forget_ended() {
  for (auto& entry : running) {
    const auto waits = [&](const JournalEntry& e) { return e.action.id == entry->action.id; };
    if (!model::is_final(entry->state) || std::any_of(unwritten.begin(), unwritten.end(), waits)) continue;
    entry.reset();
  }
  std::erase(running, nullptr);
}

Executor::Executor(std::unique_ptr<ports::Actions> actions, ports::Journal& journal, const ports::Clock& clock,
                   ExecutorOptions options)
    : impl_(std::make_unique<Impl>(std::move(actions), journal, clock, std::move(options))) {}

Executor::~Executor() = default;

Result<void, ports::WriteError> Executor::begin(const model::Action& action, std::int64_t token) {
  if (impl_->fenced) return ports::WriteError{ports::WriteFault::kFenced, "another leads by now"};
  const auto written = impl_->journal.append(impl_->intent_of(action, token));
  if (!written) {
    impl_->fenced = written.error().fault == ports::WriteFault::kFenced;
    // If it was written after all, it must not stay open.
    if (!impl_->fenced) {
      impl_->unwritten.push_back(impl_->intent_of(action, token));
      impl_->unwritten.back().state = ActionState::kSkipped;
      impl_->unwritten.back().message =
          "it is not known whether the intent was written; nothing was begun: " + written.error().message;
    }
    return written;
  }
  impl_->start({.action = action}, ActionState::kIntent);
  return {};
}

std::vector<JournalEntry> Executor::advance(const model::Cluster& cluster, std::int64_t token) {
  impl_->take_reports();
  impl_->look_at_snapshots(cluster);
  std::vector<JournalEntry> written = impl_->write(token);
  impl_->forget_ended();
  return written;
}

void Executor::act_until(Milliseconds steady) { impl_->actions->act_until(steady); }

bool Executor::fenced() const { return impl_->fenced; }

bool Executor::cancel(const std::string& action_id, const std::string& why) {
  Impl::Running* entry = impl_->find(action_id);
  if (entry == nullptr || model::is_final(entry->state)) return false;
  if (entry->state == ActionState::kVerifying) {
    if (!entry->shrink || !entry->shrink->trouble.empty()) return false;
    impl_->stop_shrink(*entry, why + "; the memory stays where it is", ActionState::kAborted, Impl::GiveBack::kNo);
    return true;
  }
  impl_->actions->cancel(action_id, why);
  return true;
}

void Executor::let_go(const std::string& action_id, const std::string& why) {
  Impl::Running* entry = impl_->find(action_id);
  if (entry == nullptr || entry->state != ActionState::kIntent || entry->adopted) return;
  impl_->actions->skip(action_id, why);
}

bool Executor::give_back(const std::string& action_id, const std::string& why) {
  Impl::Running* entry = impl_->find(action_id);
  if (entry == nullptr || !entry->shrink || entry->state == ActionState::kIntent || model::is_final(entry->state) ||
      !entry->shrink->trouble.empty())
    return false;
  impl_->stop_shrink(*entry, why, ActionState::kAborted, Impl::GiveBack::kYes);
  return true;
}

std::vector<plan::InFlight> Executor::in_flight() const {
  std::vector<plan::InFlight> all;
  for (const auto& entry : impl_->running)
    all.push_back({entry->action, entry->state, impl_->actions->work(entry->action.id) == ports::Work::kUnanswered});
  return all;
}

void Executor::adopt(const std::vector<JournalEntry>& open) {
  for (const JournalEntry& entry : open) {
    impl_->start({.action = entry.action, .adopted_state = entry.state, .figures = entry.figures},
                 entry.state == ActionState::kVerifying ? ActionState::kStarted : entry.state);
  }
}

}  // namespace hotspot::act
