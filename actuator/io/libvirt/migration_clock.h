// Records when each phase of a migration began, from libvirt's events, and computes how long the phases lasted.
//
// Thread rule: every method may be called from several threads at once (libvirt's event loop calls mark()).
// wait_for_events() blocks.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

class MigrationClock {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Mark {
    kCalled,     // the call to libvirt
    kReserved,   // the target has started a QEMU that waits
    kCopied,     // its disks have become identical on both sides
    kSuspended,  // the guest is stopped on the source
    kResumed,    // and runs on the target
    kReleased,   // the source's QEMU has ended
    kReturned    // libvirt's call
  };

  void mark(Mark mark, Time at) {
    const std::lock_guard lock(mutex_);
    auto& place = marks_[static_cast<std::size_t>(mark)];
    if (!place) place = at;
    changed_.notify_all();
  }
  // QEMU begins another pass over the memory.
  void mark_round(Time at) {
    const std::lock_guard lock(mutex_);
    rounds_.push_back(at);
  }

  // libvirt's call may return before the last events of both nodes arrive. Waits for them, unless there were none at
  // all.
  void wait_for_events(Milliseconds limit) const {
    std::unique_lock lock(mutex_);
    if (!at(Mark::kSuspended)) return;
    changed_.wait_for(lock, limit, [this] { return at(Mark::kResumed) && at(Mark::kReleased); });
  }

  ports::MigrationPhases phases() const {
    const std::lock_guard lock(mutex_);
    ports::MigrationPhases phases;
    if (rounds_.empty()) return phases;
    const auto called = at(Mark::kCalled), reserved = at(Mark::kReserved), suspended = at(Mark::kSuspended),
               resumed = by_the_end(Mark::kResumed), released = by_the_end(Mark::kReleased),
               returned = at(Mark::kReturned);
    const std::optional<Time> first = rounds_.front();
    phases.initialization_ms = between(called, reserved);
    phases.reservation_ms = between(reserved, first);
    phases.precopy_ms = between(first, suspended);
    phases.stop_and_copy_ms = between(suspended, resumed);
    phases.commitment_ms = between(resumed, released);
    phases.activation_ms = between(released, returned);
    if (!suspended) return phases;
    // QEMU counts the last pass, while the guest is stopped, as an iteration as well.
    std::vector<Time> rounds;
    for (const Time& round : rounds_)
      if (round < *suspended) rounds.push_back(round);
    phases.rounds = static_cast<std::int64_t>(rounds.size());
    if (rounds.empty()) return phases;
    phases.first_round_ms = between(first, rounds.size() > 1 ? rounds[1] : *suspended);
    phases.last_round_ms = between(rounds.back(), suspended);
    return phases;
  }

  std::optional<Time> suspended_at() const {
    const std::lock_guard lock(mutex_);
    return at(Mark::kSuspended);
  }

  // A part of the reservation: the memory waits until the disks are copied.
  std::optional<std::int64_t> storage_ms() const {
    const std::lock_guard lock(mutex_);
    return between(at(Mark::kReserved), at(Mark::kCopied));
  }

 private:
  std::optional<Time> at(Mark mark) const { return marks_[static_cast<std::size_t>(mark)]; }
  // What an event reports had happened when the call returned, however late the event arrived.
  std::optional<Time> by_the_end(Mark mark) const {
    const auto marked = at(mark), returned = at(Mark::kReturned);
    return marked && returned ? std::min(marked, returned) : marked;
  }
  // Events of two nodes may arrive slightly out of order.
  static std::optional<std::int64_t> between(const std::optional<Time>& from, const std::optional<Time>& to) {
    if (!from || !to) return std::nullopt;
    const auto length = std::chrono::duration_cast<Milliseconds>(*to - *from).count();
    return length < 0 ? 0 : length;
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<Time> marks_[7];
  std::vector<Time> rounds_;
};

}  // namespace hotspot::io
