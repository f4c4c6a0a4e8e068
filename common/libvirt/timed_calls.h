// Calls that may hang, each in a thread of its own; the caller waits for a limited time.
//
// libvirt has no time-outs: a call to a stopped libvirtd, or about a QEMU that does not answer, blocks. An abandoned
// call continues in the background until libvirt returns; its result is dropped. It must own everything that it uses
// (captured by value).
//
// The number of threads is bounded: few calls of one group (the calls to one node) may hang, and then no more begin
// until one of them ends; all groups together have a limit. A call that is refused returns an error if the result has
// one that can be `unreachable`, and otherwise nothing, as if it had taken too long.
// For a connection that one thread has for itself see own_thread.h (docs/adr/0019).
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
  int hung_in_a_group = 4;  // abandoned calls that have not returned
  int threads = 512;
  int spawned = 16;  // threads for calls that nobody waits for
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
  // Empty: no result within `limit`.
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
  // Uses the same threads, with its own count of hanging calls. name: "h1 (qemu+tls://h1/system)", for refusals.
  TimedCalls group(std::string name) const;

  template <typename T>
  std::shared_ptr<Pending<T>> begin(std::function<T()> call) {
    return begin_tracked<T>(std::move(call)).first;
  }

  // Empty: not finished within `limit`.
  template <typename T>
  std::optional<T> run(Milliseconds limit, std::function<T()> call) {
    auto [pending, ticket] = begin_tracked<T>(std::move(call));
    auto result = pending->wait_for(limit);
    if (!result && ticket) give_up(*ticket);
    return result;
  }

  // Without a result, and nobody waits. Never refused: waits for a thread if none is available.
  void spawn(std::function<void()> work);

  // Waits until all have ended; false: some still hang.
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
          call = nullptr;  // releases its captures before anybody can learn that it is done
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

  // Why it did not begin; empty: it did.
  std::optional<std::string> start(std::function<void()> work, std::shared_ptr<Ticket> ticket);
  void give_up(Ticket& ticket);

  std::shared_ptr<Shared> shared_;  // outlives this object if a call hangs
  std::shared_ptr<Group> group_;
};

}  // namespace hotspot::virt
