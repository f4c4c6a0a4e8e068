#include "actuator/act/executor.h"

#include <algorithm>
#include <deque>
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

struct Executor::Impl : std::enable_shared_from_this<Executor::Impl> {
  // What is known of one action that is not final yet.
  struct Running {
    std::shared_ptr<WorkOrder> order;
    std::thread thread;
    ActionState state = ActionState::kIntent;
    WallTime verifying_since{};
    Milliseconds verify_until{0};           // steady
    std::map<std::string, double> figures;  // the last that were told
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

  std::mutex mutex;
  std::vector<Report> reports;  // guarded by mutex
  bool closed = false;          // guarded by mutex: the executor is gone, a worker that was left behind talks to nobody

  void start(std::shared_ptr<WorkOrder> order, ActionState state) {
    auto entry = std::make_unique<Running>();
    entry->order = order;
    entry->state = state;
    entry->thread = std::thread([self = shared_from_this(), order] {
      Worker(self->hypervisor, self->clock, self->options, [&](Report report) {
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
    if (!figures.empty()) entry.figures = figures;
    if (model::is_final(state)) figures = entry.figures;  // the last that were known, so that the end tells all
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
      note(*entry, report.state, report.at, std::move(report.message), std::move(report.figures));
    }
  }

  void look_at_snapshots(const model::Cluster& cluster) {
    for (const auto& entry : running) {
      if (entry->state != ActionState::kVerifying) continue;
      if (seen_in_snapshots(entry->order->action, cluster, entry->verifying_since) == Seen::kYes) {
        note(*entry, ActionState::kDone, clock.now(), "", {});
      } else if (clock.steady() >= entry->verify_until) {
        note(*entry, ActionState::kFailed, clock.now(),
             "libvirt says that it was done, but within " + model::duration_text(options.verify_limit) +
                 " no snapshot showed it",
             {});
      }
    }
  }

  std::vector<JournalEntry> write(std::int64_t token) {
    std::vector<JournalEntry> written;
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
  const auto written = impl_->journal.append({.action = action,
                                              .state = ActionState::kIntent,
                                              .at = impl_->clock.now(),
                                              .token = token,
                                              .message = "",
                                              .figures = {},
                                              .stream_id = ""});
  if (!written) {
    impl_->fenced = written.error().fault == ports::WriteFault::kFenced;
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

bool Executor::fenced() const { return impl_->fenced; }

bool Executor::cancel(const std::string& action_id, const std::string& why) {
  Impl::Running* entry = impl_->find(action_id);
  if (entry == nullptr || entry->state == ActionState::kVerifying || model::is_final(entry->state)) return false;
  const std::lock_guard lock(entry->order->mutex);
  entry->order->cancel_reason = why;
  entry->order->cancel = true;
  entry->order->changed.notify_all();
  return true;
}

std::vector<plan::InFlight> Executor::in_flight() const {
  std::vector<plan::InFlight> all;
  for (const auto& entry : impl_->running) all.push_back({entry->order->action, entry->state});
  return all;
}

void Executor::adopt(const std::vector<JournalEntry>& open) {
  for (const JournalEntry& entry : open) {
    auto order = std::make_shared<WorkOrder>();
    order->action = entry.action;
    order->adopted = true;
    order->adopted_state = entry.state;
    impl_->hypervisor.know_node(source_of(entry.action));
    if (std::holds_alternative<model::MigrateTo>(entry.action.step))
      impl_->hypervisor.know_node(target_of(entry.action));
    impl_->start(std::move(order), entry.state == ActionState::kVerifying ? ActionState::kStarted : entry.state);
  }
}

}  // namespace hotspot::act
