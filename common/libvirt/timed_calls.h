// Calls that may hang, each in a thread of its own; the caller waits no longer than it wants to.
//
// libvirt has no time-outs: a call to a stopped libvirtd, or about a QEMU that does not answer, blocks. A call that is
// given up goes on in the background until libvirt lets it go; its result is dropped. What it uses must be its own
// (captured by value).
//
// How many threads there are is bounded: of one group (the calls to one node) few may hang, and then no more are begun
// until one of them ends; and all groups together have a limit. What is refused gives an error where the
// result has one that can be `unreachable`, and otherwise nothing, as if it had taken too long.
// For a connection that one thread has for itself there is own_thread.h (docs/adr/0019).
// Thread rule: every method may be called from several threads at once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "telemetry/units.h"

namespace hotspot::virt {

struct CallLimits {
  int hung_in_a_group = 4;  // given up, and not back yet
  int threads = 512;
  int spawned = 16;  // of the threads, those that do what nobody waits for
};

// A Result whose error can say that the node was not asked: E::unreachable(sentence).
template <typename T>
concept CanBeUnreachable = requires(std::string reason) {
  T(T::ErrorType::unreachable(std::move(reason)));
};

// The result of a call that was begun.
template <typename T>
class Pending {
 public:
  // Empty: not there within `limit`.
  std::optional<T> wait_for(Milliseconds limit) {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, limit, [this] { return result_.has_value() || refused_; });
    return result_;
  }
  void set(T result) {
    const std::lock_guard lock(mutex_);
    result_.emplace(std::move(result));
    done_.notify_all();
  }
  // There will be no result.
  void refuse() {
    const std::lock_guard lock(mutex_);
    refused_ = true;
    done_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<T> result_;
  bool refused_ = false;
};

class TimedCalls {
 public:
  explicit TimedCalls(CallLimits limits = {});
  // Of the same threads, with a count of its own of those that hang. name: "h1 (qemu+tls://h1/system)", for refusals.
  TimedCalls group(std::string name) const;

  template <typename T>
  std::shared_ptr<Pending<T>> begin(std::function<T()> call) {
    return begin_tracked<T>(std::move(call)).first;
  }

  // Empty: not done within `limit`.
  template <typename T>
  std::optional<T> run(Milliseconds limit, std::function<T()> call) {
    auto [pending, ticket] = begin_tracked<T>(std::move(call));
    auto result = pending->wait_for(limit);
    if (!result && ticket) give_up(*ticket);
    return result;
  }

  // Without a result, and without anybody who waits. Never refused: it waits for a thread if there is none to be had.
  void spawn(std::function<void()> work);

  // Waits until all have ended; false: some hang still.
  bool wait_for_all(Milliseconds limit);
  int threads() const;

 private:
  struct Shared;
  struct Group;
  enum class Stage { kRuns, kGivenUp, kEnded };
  struct Ticket {
    std::atomic<Stage> stage = Stage::kRuns;
  };

  template <typename T>
  std::pair<std::shared_ptr<Pending<T>>, std::shared_ptr<Ticket>> begin_tracked(std::function<T()> call) {
    auto pending = std::make_shared<Pending<T>>();
    auto ticket = std::make_shared<Ticket>();
    const auto refusal = start(
        [pending, call = std::move(call)]() mutable {
          T result = call();
          call = nullptr;  // lets go of what it captured before anybody can learn that it is done
          pending->set(std::move(result));
        },
        ticket);
    if (!refusal) return {std::move(pending), std::move(ticket)};
    if constexpr (CanBeUnreachable<T>)
      pending->set(T(T::ErrorType::unreachable(*refusal)));
    else
      pending->refuse();
    return {std::move(pending), nullptr};
  }

  // Why it was not begun; empty: it was.
  std::optional<std::string> start(std::function<void()> work, std::shared_ptr<Ticket> ticket);
  void give_up(Ticket& ticket);

  std::shared_ptr<Shared> shared_;  // outlives us where a call hangs
  std::shared_ptr<Group> group_;
};

}  // namespace hotspot::virt
