// Calls that may hang, each in a thread of its own; the caller waits no longer than it wants to.
//
// libvirt has no time-outs: a call to a stopped libvirtd, or about a QEMU that does not answer, blocks. A call that is
// given up goes on in the background until libvirt lets it go; its result is dropped. What it uses must be its own
// (captured by value).
// Thread rule: every method may be called from several threads at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "telemetry/units.h"

namespace hotspot::io {

// The result of a call that was begun.
template <typename T>
class Pending {
 public:
  // Empty: not there within `limit`.
  std::optional<T> wait_for(Milliseconds limit) {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, limit, [this] { return result_.has_value(); });
    return result_;
  }
  void set(T result) {
    const std::lock_guard lock(mutex_);
    result_.emplace(std::move(result));
    done_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<T> result_;
};

class TimedCalls {
 public:
  template <typename T>
  std::shared_ptr<Pending<T>> begin(std::function<T()> call) {
    auto pending = std::make_shared<Pending<T>>();
    spawn([pending, call = std::move(call)]() mutable {
      T result = call();
      call = nullptr;  // lets go of what it captured before anybody can learn that it is done
      pending->set(std::move(result));
    });
    return pending;
  }

  // Empty: not done within `limit`.
  template <typename T>
  std::optional<T> run(Milliseconds limit, std::function<T()> call) {
    return begin<T>(std::move(call))->wait_for(limit);
  }

  // Without a result, and without anybody who waits.
  void spawn(std::function<void()> work);

  // Waits until all have ended; false: some hang still.
  bool wait_for_all(Milliseconds limit);

 private:
  struct Running {
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
  };
  std::shared_ptr<Running> running_ = std::make_shared<Running>();  // outlives us where a call hangs
};

}  // namespace hotspot::io
