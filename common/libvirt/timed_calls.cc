#include "common/libvirt/timed_calls.h"

#include <deque>
#include <system_error>
#include <thread>

namespace hotspot::virt {

struct TimedCalls::Group {
  std::string name;
  std::atomic<int> hung = 0;
};

struct TimedCalls::Shared : std::enable_shared_from_this<Shared> {
  explicit Shared(const CallLimits& limits_) : limits(limits_) {}

  // With the mutex held. False: no thread is available. Without work: for waiting calls.
  bool start_thread(std::function<void()> work);
  // In a thread: does the work, and then waiting calls.
  void run(std::function<void()> work);

  const CallLimits limits;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> waiting;
  int threads = 0, spawned = 0;
};

bool TimedCalls::Shared::start_thread(std::function<void()> work) {
  if (threads >= limits.threads) return false;
  const bool for_what_waits = !work;
  try {
    std::thread([self = shared_from_this(), work = std::move(work)]() mutable { self->run(std::move(work)); }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++threads;
  if (for_what_waits) ++spawned;
  return true;
}

void TimedCalls::Shared::run(std::function<void()> work) {
  bool counted = !work;
  if (work) work();
  work = nullptr;
  std::unique_lock lock(mutex);
  if (!counted && spawned < limits.spawned) {
    ++spawned;
    counted = true;
  }
  if (counted) {
    while (!waiting.empty()) {
      work = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
    --spawned;
  }
  --threads;
  changed.notify_all();
}

TimedCalls::TimedCalls(CallLimits limits)
    : shared_(std::make_shared<Shared>(limits)), group_(std::make_shared<Group>()) {}

TimedCalls TimedCalls::group(std::string name) const {
  TimedCalls calls = *this;
  calls.group_ = std::make_shared<Group>();
  calls.group_->name = std::move(name);
  return calls;
}

std::optional<std::string> TimedCalls::start(std::function<void()> work, std::shared_ptr<Ticket> ticket) {
  const std::string about = group_->name.empty() ? "" : group_->name + ": ";
  if (group_->hung >= shared_->limits.hung_in_a_group)
    return about + std::to_string(shared_->limits.hung_in_a_group) +
           " calls to its libvirtd hang already; none is made until one of them ends";
  const std::function<void()> counted = [group = group_, ticket = std::move(ticket), work = std::move(work)]() mutable {
    work();
    work = nullptr;
    if (ticket->stage.exchange(Stage::kEnded) == Stage::kGivenUp) --group->hung;
  };
  const std::lock_guard lock(shared_->mutex);
  if (shared_->start_thread(counted)) return std::nullopt;
  return about + "no thread is to be had for another call: " + std::to_string(shared_->threads) + " of at most " +
         std::to_string(shared_->limits.threads) + " run";
}

void TimedCalls::give_up(Ticket& ticket) {
  ++group_->hung;
  Stage runs = Stage::kRuns;
  if (!ticket.stage.compare_exchange_strong(runs, Stage::kGivenUp)) --group_->hung;  // it has just ended
}

void TimedCalls::spawn(std::function<void()> work) {
  const std::lock_guard lock(shared_->mutex);
  shared_->waiting.push_back(std::move(work));
  // Otherwise the next thread to end does it.
  if (shared_->spawned < shared_->limits.spawned) shared_->start_thread(nullptr);
}

bool TimedCalls::wait_for_all(Milliseconds limit) {
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_for(lock, limit, [this] { return shared_->threads == 0; });
}

int TimedCalls::threads() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->threads;
}

}  // namespace hotspot::virt
