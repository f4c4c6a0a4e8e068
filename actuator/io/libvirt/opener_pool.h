// Opens connections, each of which may hang, with a number of threads that does not depend on who hangs.
//
// There is a queue of those that are to be opened. Whoever is needed for an action, or was connected before, goes
// first, and a part of the threads is theirs alone; those whose last attempt hung share a quarter of the threads. An
// attempt that takes longer than its limit is interrupted. The limit is short at first and longer each time, so that
// many who say nothing hold the threads for a short time only. A thread whose attempt cannot be interrupted stays with
// it, and no other is made for it. Thread rule: every method may be called from several threads at once, but from none
// of the pool's own.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "telemetry/units.h"

namespace hotspot::io {

// What the pool opens.
class Openable {
 public:
  virtual ~Openable() = default;
  // Blocks. Returns after how long to try again; empty: no more is to be done. From a thread of the pool.
  virtual std::optional<Milliseconds> open() = 0;
  // The attempt that is under way has taken too long: makes it end, if that can be done. Does not block. The pool
  // itself ends system calls in which its thread waits (with SIGURG, which does nothing else).
  virtual void interrupt() = 0;
  // It waits for a thread, and why. Does not block.
  virtual void postponed(const std::string& why) = 0;
};

enum class Urgency {
  kNeeded,  // for an action
  kLost,    // it was connected before
  kNew,     // never tried, or its last attempt ended by itself
  kSuspect  // its last attempt hung
};

class OpenerPool {
 public:
  struct Options {
    unsigned openers = 64;           // threads at most, 4 at least; one more looks after them
    Milliseconds first_limit{3000};  // of an attempt; doubled each time it was not enough
    Milliseconds longest_limit{20'000};
    Milliseconds idle_limit{30'000};  // a thread without work ends after this
    Milliseconds postponed_after{15'000};
  };
  explicit OpenerPool(Options options);
  ~OpenerPool();  // stops
  OpenerPool(const OpenerPool&) = delete;
  OpenerPool& operator=(const OpenerPool&) = delete;

  // Opens it as soon as its turn comes. If it waits already, the more urgent of the two holds.
  void add(const std::shared_ptr<Openable>& what, Urgency urgency);
  // If it waits for its next attempt, that comes after `delay` at the latest, and as one that is needed.
  void hurry(const Openable* what, Milliseconds delay);
  void remove(const Openable* what);
  // Begins nothing more, and waits for attempts that are under way; those that hang are left behind, with their
  // threads.
  void stop(Milliseconds limit);

  struct Counts {
    std::size_t threads = 0, attempts = 0, overdue = 0, waiting = 0;
  };
  Counts counts() const;

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;  // outlives us where an attempt hangs
  std::thread supervisor_;
};

}  // namespace hotspot::io
