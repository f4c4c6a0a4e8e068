#include "actuator/act/executor.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <set>
#include <thread>
#include <utility>

#include "actuator/act/action_machine.h"
#include "actuator/act/worker.h"
#include "actuator/model/text.h"

namespace hotspot::act {

using model::ActionState;
using ports::JournalEntry;

// How long the end waits for a worker that is about to finish.
constexpr Milliseconds kFarewell{300};

// What is known of a guest from which memory is taken.
struct ShrinkWatch {
  explicit ShrinkWatch(const ShrinkOptions& options) : guard(options) {}
  ShrinkGuard guard;
  WallTime begun_at{};
  WallTime step_at{};        // the newest step
  WallTime seen_at{};        // the newest snapshot
  Milliseconds fresh_at{0};  // steady: when it came
  std::string trouble;       // why it ends; empty: all is well
  ActionState ends_as = ActionState::kAborted;
  bool give_back = false;
};

struct Executor::Impl : std::enable_shared_from_this<Executor::Impl> {
  // What is known of one action that is not final yet.
  struct Running {
    std::shared_ptr<WorkOrder> order;
    std::thread thread;
    ActionState state = ActionState::kIntent;
    WallTime verifying_since{};
    Milliseconds verify_until{0};           // steady
    std::map<std::string, double> figures;  // all that were told, the newest of each
    std::optional<ShrinkWatch> shrink;      // of one that takes memory away
    std::set<int> vcpus_in_use;             // of those that it added
    bool guest_answered = false;            // its agent has said that all are online
  };

  Impl(ports::Hypervisor& h, ports::Journal& j, const ports::Clock& c, ExecutorOptions o, std::function<void()> w)
      : hypervisor(h), journal(j), clock(c), options(std::move(o)), wake(std::move(w)) {}

  ports::Hypervisor& hypervisor;
  ports::Journal& journal;
  const ports::Clock& clock;
  ExecutorOptions options;
  std::function<void()> wake;

  std::vector<std::unique_ptr<Running>> running;  // in order of beginning
  std::deque<JournalEntry> unwritten;             // what Redis has not taken yet, in order
  bool fenced = false;

  const std::shared_ptr<std::atomic<Milliseconds>> act_until =
      std::make_shared<std::atomic<Milliseconds>>(Milliseconds::max());
  std::mutex mutex;
  std::vector<Report> reports;  // guarded by mutex
  bool closed = false;          // guarded by mutex: the executor is gone, a worker that was left behind talks to nobody

  void start(std::shared_ptr<WorkOrder> order, ActionState state) {
    auto entry = std::make_unique<Running>();
    entry->order = order;
    entry->state = state;
    entry->figures = order->recorded;
    if (is_shrink(order->action)) entry->shrink.emplace(options.shrink);
    entry->thread = std::thread([self = shared_from_this(), order] {
      Worker(self->hypervisor, self->clock, self->options, self->act_until, [&](Report report) {
        self->post(std::move(report));
      }).run(*order);
      const std::lock_guard lock(order->mutex);
      order->finished = true;
      order->changed.notify_all();
    });
    running.push_back(std::move(entry));
  }

  void post(Report report) {
    {
      const std::lock_guard lock(mutex);
      if (closed) return;
      reports.push_back(std::move(report));
    }
    wake();
  }

  // A worker may be in the middle of a migration, which libvirt goes on with. It is left alone: its thread keeps what
  // it needs alive, except the hypervisor and the clock.
  void close() {
    {
      const std::lock_guard lock(mutex);
      closed = true;
    }
    for (const auto& entry : running) {
      std::unique_lock lock(entry->order->mutex);
      entry->order->abandon = true;
      entry->order->changed.notify_all();
      const bool finished = entry->order->changed.wait_for(lock, kFarewell, [&] { return entry->order->finished; });
      lock.unlock();
      finished ? entry->thread.join() : entry->thread.detach();
    }
    running.clear();
  }

  Running* find(const std::string& id) {
    const auto found =
        std::find_if(running.begin(), running.end(), [&](const auto& r) { return r->order->action.id == id; });
    return found == running.end() ? nullptr : found->get();
  }

  void note(Running& entry, ActionState state, WallTime at, std::string message,
            std::map<std::string, double> figures) {
    entry.state = state;
    // Every entry tells all that is known, so that the end does, and whoever takes over, who has only the newest.
    for (const auto& [name, value] : figures) entry.figures.insert_or_assign(name, value);
    figures = entry.figures;
    unwritten.push_back({.action = entry.order->action,
                         .state = state,
                         .at = at,
                         .token = 0,
                         .message = std::move(message),
                         .figures = std::move(figures),
                         .stream_id = ""});
  }

  void take_reports() {
    std::vector<Report> taken;
    {
      const std::lock_guard lock(mutex);
      taken.swap(reports);
    }
    for (Report& report : taken) {
      Running* entry = find(report.action_id);
      if (entry == nullptr || model::is_final(entry->state)) continue;
      if (report.state == ActionState::kVerifying) {
        entry->verifying_since = report.at;
        entry->verify_until = clock.steady() + options.verify_limit;
      }
      if (entry->shrink) note_step(*entry, report);
      if (report.figures.contains("guest_vcpus")) entry->guest_answered = true;
      note(*entry, report.state, report.at, std::move(report.message), std::move(report.figures));
    }
  }

  void look_at_snapshots(const model::Cluster& cluster) {
    for (const auto& entry : running) {
      if (entry->shrink) watch_shrink(*entry, cluster);
      if (entry->state != ActionState::kVerifying || entry->shrink) continue;
      const bool seen = seen_in_snapshots(entry->order->action, cluster, entry->verifying_since) == Seen::kYes;
      if (seen && adds_vcpus(entry->order->action) && !entry->guest_answered) {
        look_at_vcpus(*entry, *cluster.find_domain(entry->order->action.domain_uuid).domain);
      } else if (seen) {
        note(*entry, ActionState::kDone, clock.now(), "", {});
      } else if (auto others = overtaken_by_others(entry->order->action, cluster, entry->verifying_since)) {
        note(*entry, ActionState::kFailed, clock.now(), std::move(*others), {});
      } else if (clock.steady() >= entry->verify_until) {
        note(*entry, ActionState::kFailed, clock.now(),
             "libvirt says that it was done, but within " + model::duration_text(options.verify_limit) +
                 " no snapshot showed it",
             {});
      }
    }
  }

  static bool adds_vcpus(const model::Action& action) {
    return std::holds_alternative<model::SetVcpus>(action.step) && plan::grows(action.step);
  }

  // Without an agent, a guest shows by the CPU time of a vCPU that it has brought it online.
  void look_at_vcpus(Running& entry, const telemetry::DomainSample& sample) {
    const model::Action& action = entry.order->action;
    const auto in_use = added_vcpus_in_use(action, sample);
    if (!in_use) {
      return note(entry, ActionState::kDone, clock.now(), "nothing tells whether the guest has brought them online",
                  {});
    }
    entry.vcpus_in_use.insert(in_use->begin(), in_use->end());
    const std::vector<int> missing = not_online(action, entry.vcpus_in_use);
    if (missing.empty()) return note(entry, ActionState::kDone, clock.now(), "", {});
    if (clock.steady() < entry.verify_until) return;
    note(entry, ActionState::kFailed, clock.now(),
         not_online_text(action, missing.front()) + " (it used no CPU time within " +
             model::duration_text(options.verify_limit) + ")",
         {});
  }

  void note_step(Running& entry, const Report& report) {
    ShrinkWatch& watch = *entry.shrink;
    if (watch.begun_at == WallTime{}) watch.begun_at = report.at;
    watch.step_at = report.at;
    watch.fresh_at = clock.steady();
    if (report.state == ActionState::kVerifying) entry.verify_until += options.shrink.watch;
  }

  // Allows the next step, ends the action, or has the memory given back.
  void watch_shrink(Running& entry, const model::Cluster& cluster) {
    ShrinkWatch& watch = *entry.shrink;
    if (entry.state == ActionState::kIntent || model::is_final(entry.state) || !watch.trouble.empty()) return;
    const model::DomainRef found = cluster.find_domain(entry.order->action.domain_uuid);
    if (found && found.node->taken_at() > watch.seen_at) {
      watch.seen_at = found.node->taken_at();
      watch.fresh_at = clock.steady();
      if (auto trouble = watch.guard.look(*found.domain, watch.seen_at, watch.begun_at)) {
        return stop_shrink(entry, *trouble, ActionState::kAborted, GiveBack::kYes);
      }
    }
    if (clock.steady() - watch.fresh_at >= options.shrink.silence) {
      return stop_shrink(
          entry, "no fresh snapshot for " + model::duration_text(options.shrink.silence) + ": no more memory is taken",
          ActionState::kAborted, GiveBack::kNo);
    }
    if (entry.state == ActionState::kVerifying) {
      // What somebody else has set meanwhile is not taken back.
      if (auto others = overtaken_by_others(entry.order->action, cluster, entry.verifying_since))
        return stop_shrink(entry, std::move(*others), ActionState::kFailed, GiveBack::kNo);
      return finish_shrink(entry, cluster);
    }
    if (watch.seen_at < watch.step_at + options.shrink.step_pause) return;
    const std::lock_guard lock(entry.order->mutex);
    watch.step_at = watch.seen_at;
    ++entry.order->steps_allowed;
    entry.order->changed.notify_all();
  }

  enum class GiveBack { kNo, kYes };
  void stop_shrink(Running& entry, std::string why, ActionState ends_as, GiveBack give_back) {
    entry.shrink->trouble = std::move(why);
    entry.shrink->ends_as = ends_as;
    entry.shrink->give_back = give_back == GiveBack::kYes;
    const std::lock_guard lock(entry.order->mutex);
    entry.order->stop = true;
    entry.order->changed.notify_all();
  }

  // After the last step, once the guest was watched for long enough.
  void finish_shrink(Running& entry, const model::Cluster& cluster) {
    const model::Action& action = entry.order->action;
    const bool watched = entry.shrink->seen_at >= entry.verifying_since + options.shrink.watch;
    if (watched && seen_in_snapshots(action, cluster, entry.verifying_since) == Seen::kYes) {
      return note(entry, ActionState::kDone, clock.now(), "", {});
    }
    if (watched && entry.order->adopted) {
      return note(entry, ActionState::kAborted, clock.now(),
                  "who began it ended half-way; the guest was watched and is well, nothing is tried twice", {});
    }
    if (clock.steady() < entry.verify_until) return;
    const model::DomainRef found = cluster.find_domain(action.domain_uuid);
    const std::int64_t now = found ? found.domain->memory_balloon_bytes.value_or(0) : 0;
    stop_shrink(entry, action.domain_name + " does not give memory back: it still has " + model::bytes_text(now),
                ActionState::kFailed, GiveBack::kYes);
  }

  // Ends shrinks whose workers have stopped. The intent of the roll-back comes before the end of what it undoes: who
  // takes over in between finds both open.
  void end_shrinks(std::int64_t token, std::vector<JournalEntry>& written) {
    std::vector<model::Action> back;
    for (const auto& entry : running) {
      if (!entry->shrink || entry->shrink->trouble.empty() || model::is_final(entry->state)) continue;
      {
        const std::lock_guard lock(entry->order->mutex);
        if (!entry->order->finished) continue;
      }
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
      note(*entry, entry->shrink->ends_as, clock.now(), std::move(message), {});
    }
    for (model::Action& action : back) {
      auto order = std::make_shared<WorkOrder>();
      order->action = std::move(action);
      start(std::move(order), ActionState::kIntent);
    }
  }

  model::Action roll_back(const Running& entry, std::int64_t token) const {
    model::Action undo = entry.order->action;
    const model::MemoryChange taken = *model::memory_change(undo.step);
    const auto reached = entry.figures.find("balloon_bytes");
    const auto now = entry.state == ActionState::kVerifying || reached == entry.figures.end()
                         ? taken.to_bytes
                         : static_cast<std::int64_t>(reached->second);
    undo.undoes = undo.id;
    undo.id += "-back" + std::to_string(token);
    undo.step = model::with_ends(undo.step, now, taken.from_bytes);
    undo.reason = "rolls back " + undo.undoes + ": " + entry.shrink->trouble;
    undo.planned_at = clock.now();
    return undo;
  }

  JournalEntry intent_of(const model::Action& action, std::int64_t token) const {
    return {.action = action,
            .state = ActionState::kIntent,
            .at = clock.now(),
            .token = token,
            .message = action.undoes.empty() ? "" : action.reason,
            .figures = {},
            .stream_id = ""};
  }

  std::vector<JournalEntry> write(std::int64_t token) {
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

  void forget_ended() {
    for (auto& entry : running) {
      const auto waits = [&](const JournalEntry& e) { return e.action.id == entry->order->action.id; };
      if (!model::is_final(entry->state) || std::any_of(unwritten.begin(), unwritten.end(), waits)) continue;
      entry->thread.join();
      entry.reset();
    }
    std::erase(running, nullptr);
  }
};

Executor::Executor(ports::Hypervisor& hypervisor, ports::Journal& journal, const ports::Clock& clock,
                   ExecutorOptions options, std::function<void()> wake)
    : impl_(std::make_shared<Impl>(hypervisor, journal, clock, std::move(options), std::move(wake))) {}

Executor::~Executor() { impl_->close(); }

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
  auto order = std::make_shared<WorkOrder>();
  order->action = action;
  impl_->start(std::move(order), ActionState::kIntent);
  return {};
}

std::vector<JournalEntry> Executor::advance(const model::Cluster& cluster, std::int64_t token) {
  impl_->take_reports();
  impl_->look_at_snapshots(cluster);
  std::vector<JournalEntry> written = impl_->write(token);
  impl_->forget_ended();
  return written;
}

void Executor::act_until(Milliseconds steady) { *impl_->act_until = steady; }

bool Executor::fenced() const { return impl_->fenced; }

bool Executor::cancel(const std::string& action_id, const std::string& why) {
  Impl::Running* entry = impl_->find(action_id);
  if (entry == nullptr || model::is_final(entry->state)) return false;
  if (entry->state == ActionState::kVerifying) {
    if (!entry->shrink || !entry->shrink->trouble.empty()) return false;
    impl_->stop_shrink(*entry, why + "; the memory stays where it is", ActionState::kAborted, Impl::GiveBack::kNo);
    return true;
  }
  const std::lock_guard lock(entry->order->mutex);
  entry->order->cancel_reason = why;
  entry->order->cancel = true;
  entry->order->changed.notify_all();
  return true;
}

std::vector<plan::InFlight> Executor::in_flight() const {
  std::vector<plan::InFlight> all;
  for (const auto& entry : impl_->running)
    all.push_back({entry->order->action, entry->state, entry->order->unanswered >= kAskedBeforeAWord});
  return all;
}

void Executor::adopt(const std::vector<JournalEntry>& open) {
  for (const JournalEntry& entry : open) {
    auto order = std::make_shared<WorkOrder>();
    order->action = entry.action;
    order->adopted = true;
    order->adopted_state = entry.state;
    order->recorded = entry.figures;
    impl_->hypervisor.know_node(source_of(entry.action));
    if (std::holds_alternative<model::MigrateTo>(entry.action.step))
      impl_->hypervisor.know_node(target_of(entry.action));
    impl_->start(std::move(order), entry.state == ActionState::kVerifying ? ActionState::kStarted : entry.state);
  }
}

}  // namespace hotspot::act
