#include "actuator/io/timed_calls.h"

namespace hotspot::io {

void TimedCalls::spawn(std::function<void()> work) {
  {
    const std::lock_guard lock(running_->mutex);
    ++running_->count;
  }
  std::thread([running = running_, work = std::move(work)]() mutable {
    work();
    work = nullptr;
    const std::lock_guard lock(running->mutex);
    --running->count;
    running->changed.notify_all();
  }).detach();
}

bool TimedCalls::wait_for_all(Milliseconds limit) {
  std::unique_lock lock(running_->mutex);
  return running_->changed.wait_for(lock, limit, [this] { return running_->count == 0; });
}

}  // namespace hotspot::io
