#include "collectd-plugin/notifier.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace hotspot::collector {

struct Notifier::Impl {
  std::function<void(const Notice&)> send;
  std::function<void(std::size_t)> dropped;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Notice> waiting;  // guarded by mutex, like everything below
  std::size_t gave_way = 0;
  bool ending = false, ended = false;

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return ending || !waiting.empty(); });
      if (ending) break;
      const Notice next = std::move(waiting.front());
      waiting.pop_front();
      const std::size_t lost = std::exchange(gave_way, 0);
      lock.unlock();
      try {
        if (lost > 0) dropped(lost);
        send(next);
      } catch (const std::exception&) {
        // The notification is lost: an exception that left the thread would end collectd.
      }
      lock.lock();
    }
    ended = true;
    changed.notify_all();
  }
};

Notifier::Notifier(std::function<void(const Notice&)> send, std::function<void(std::size_t)> dropped)
    : impl_(std::make_shared<Impl>()) {
  impl_->send = std::move(send);
  impl_->dropped = std::move(dropped);
  std::thread([impl = impl_] { impl->run(); }).detach();
}

Notifier::~Notifier() {
  std::unique_lock lock(impl_->mutex);
  impl_->ending = true;
  impl_->changed.notify_all();
  impl_->changed.wait_for(lock, kFarewell, [&] { return impl_->ended; });
}

void Notifier::push(Notice notice) {
  const std::lock_guard lock(impl_->mutex);
  impl_->waiting.push_back(std::move(notice));
  if (impl_->waiting.size() > kMostWaiting) {
    impl_->waiting.pop_front();
    ++impl_->gave_way;
  }
  impl_->changed.notify_all();
}

}  // namespace hotspot::collector
