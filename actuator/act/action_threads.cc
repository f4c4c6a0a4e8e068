#include "actuator/act/action_threads.h"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "actuator/act/worker.h"

namespace hotspot::act {

// How long the end waits for a worker that is about to finish.
constexpr Milliseconds kFarewell{300};

struct ActionThreads::Impl : std::enable_shared_from_this<Impl> {
  struct Working {
    std::shared_ptr<WorkOrder> order;
    std::thread thread;

    bool is_finished() const {
      const std::lock_guard lock(order->mutex);
      return order->finished;
    }
    bool works() const { return thread.joinable() && !is_finished(); }
  };

  Impl(ports::Hypervisor& h, const ports::Clock& c, ExecutorOptions o, std::function<void()> w)
      : hypervisor(h), clock(c), options(std::move(o)), wake(std::move(w)) {}

  ports::Hypervisor& hypervisor;
  const ports::Clock& clock;
  ExecutorOptions options;
  std::function<void()> wake;
  std::vector<Working> working;  // in order of beginning

  const std::shared_ptr<std::atomic<Milliseconds>> act_until =
      std::make_shared<std::atomic<Milliseconds>>(Milliseconds::max());
  std::mutex mutex;
  std::vector<ports::ActionReport> reports;  // guarded by mutex
  bool closed = false;                       // guarded by mutex: a worker that was left behind talks to nobody

  // Where no thread is to be had the action waits, and is tried again with the next call of reports().
  void start(Working& one) {
    if (std::count_if(working.begin(), working.end(), [](const Working& other) { return other.works(); }) >=
        options.most_workers)
      return;
    try {
      one.thread = std::thread([self = shared_from_this(), order = one.order] {
        Worker({.hypervisor = self->hypervisor,
                .clock = self->clock,
                .report = [&](ports::ActionReport report) { self->post(std::move(report)); }},
               self->options, self->act_until)
            .run(*order);
        const std::lock_guard lock(order->mutex);
        order->finished = true;
        order->changed.notify_all();
      });
    } catch (const std::system_error&) {
      // As above: this process has as many as it may have.
    }
  }

  void post(ports::ActionReport report) {
    {
      const std::lock_guard lock(mutex);
      if (closed) return;
      reports.push_back(std::move(report));
    }
    wake();
  }

  WorkOrder* find(const std::string& id) {
    const auto found =
        std::find_if(working.begin(), working.end(), [&](const Working& one) { return one.order->action.id == id; });
    return found == working.end() ? nullptr : found->order.get();
  }

  // Tells a worker something, under the order's lock.
  template <typename Change>
  void change(const std::string& id, const Change& made) {
    WorkOrder* order = find(id);
    if (order == nullptr) return;
    const std::lock_guard lock(order->mutex);
    made(*order);
    order->changed.notify_all();
  }

  // A worker may be in the middle of a migration, which libvirt goes on with. It is left alone: its thread keeps what
  // it needs alive, except the hypervisor and the clock.
  void close() {
    {
      const std::lock_guard lock(mutex);
      closed = true;
    }
    for (Working& one : working) {
      if (!one.thread.joinable()) continue;
      std::unique_lock lock(one.order->mutex);
      one.order->abandon = true;
      one.order->changed.notify_all();
      const bool finished = one.order->changed.wait_for(lock, kFarewell, [&] { return one.order->finished; });
      lock.unlock();
      finished ? one.thread.join() : one.thread.detach();
    }
    working.clear();
  }
};

ActionThreads::ActionThreads(ports::Hypervisor& hypervisor, const ports::Clock& clock, ExecutorOptions options,
                             std::function<void()> wake)
    : impl_(std::make_shared<Impl>(hypervisor, clock, std::move(options), std::move(wake))) {}

ActionThreads::~ActionThreads() { impl_->close(); }

void ActionThreads::begin(ports::ActionOrder asked, ports::Moment) {
  auto order = std::make_shared<WorkOrder>();
  order->action = std::move(asked.action);
  order->adopted = asked.adopted_state.has_value();
  order->adopted_state = asked.adopted_state.value_or(model::ActionState::kIntent);
  order->own.recorded = std::move(asked.figures);
  if (order->adopted) {
    impl_->hypervisor.know_node(source_of(order->action));
    if (model::changes(order->action.step) == model::Changes::kNode)
      impl_->hypervisor.know_node(target_of(order->action));
  }
  impl_->working.push_back({std::move(order), {}});
  impl_->start(impl_->working.back());
}

std::vector<ports::ActionReport> ActionThreads::reports(ports::Moment) {
  // Who has finished by now has reported all before.
  std::vector<Impl::Working> finished;
  for (Impl::Working& one : impl_->working) {
    if (!one.thread.joinable()) impl_->start(one);
    if (one.is_finished()) finished.push_back(std::move(one));
  }
  std::erase_if(impl_->working, [](const Impl::Working& one) { return one.order == nullptr; });
  for (Impl::Working& one : finished) one.thread.join();
  const std::lock_guard lock(impl_->mutex);
  return std::exchange(impl_->reports, {});
}

ports::Work ActionThreads::work(const std::string& action_id) const {
  const WorkOrder* order = impl_->find(action_id);
  if (order == nullptr) return ports::Work::kEnded;
  return order->unanswered >= kAskedBeforeAWord ? ports::Work::kUnanswered : ports::Work::kUnderWay;
}

void ActionThreads::cancel(const std::string& action_id, const std::string& why) {
  impl_->change(action_id, [&](WorkOrder& order) {
    order.cancel_reason = why;
    order.cancel = true;
  });
}

void ActionThreads::skip(const std::string& action_id, const std::string& why) {
  impl_->change(action_id, [&](WorkOrder& order) {
    order.over_reason = why;
    order.over = true;
  });
}

void ActionThreads::stop(const std::string& action_id) {
  impl_->change(action_id, [](WorkOrder& order) { order.stop = true; });
}

void ActionThreads::allow_step(const std::string& action_id) {
  impl_->change(action_id, [](WorkOrder& order) { ++order.steps_allowed; });
}

void ActionThreads::act_until(Milliseconds steady) { *impl_->act_until = steady; }

MakeActions actions_in_threads(const ports::Clock& clock, std::function<void()> wake) {
  return [&clock, wake = std::move(wake)](ports::Hypervisor& hypervisor, const ExecutorOptions& options) {
    return std::make_unique<ActionThreads>(hypervisor, clock, options, wake);
  };
}

}  // namespace hotspot::act
