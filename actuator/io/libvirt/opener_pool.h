// Opens connections, each of which may hang, with a number of threads that does not depend on how many hang.
//
// Objects to be opened wait in a queue. Those that are needed for an action, or were connected before, go first and
// have some threads to themselves; those whose last attempt hung share a quarter of the threads. An attempt that
// exceeds its time limit is interrupted. The limit is short at first and grows with each attempt, so that many silent
// nodes occupy the threads only briefly. A thread whose attempt cannot be interrupted stays with it, and is not
// replaced. Thread rule: every method may be called from several threads at once, but not from the pool's own threads.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "telemetry/units.h"

namespace hotspot::io {

// An object that the pool opens.
class Openable {
 public:
  virtual ~Openable() = default;
  // Blocks. Returns the delay until the next attempt; empty: no further attempt. Called from a thread of the pool.
  virtual std::optional<Milliseconds> open() = 0;
  // The attempt in progress has taken too long: ends it, if that is possible. Does not block. The pool itself
  // interrupts system calls in which its thread waits (with SIGURG, which has no other effect).
  virtual void interrupt() = 0;
  // It waits for a thread; `why` gives the reason. Does not block.
  virtual void postponed(const std::string& why) = 0;
};

enum class Urgency {
  kNeeded,  // for an action
  kLost,    // it was connected before
  kNew,     // never tried, or its last attempt was not interrupted
  kSuspect  // its last attempt hung
};

class OpenerPool {
 public:
  struct Options {
    unsigned openers = 64;           // maximum number of threads, at least 4; one more supervises them
    Milliseconds first_limit{3000};  // for an attempt; doubled each time it was too short
    Milliseconds longest_limit{20'000};
    Milliseconds idle_limit{30'000};  // a thread without work ends after this
    Milliseconds postponed_after{15'000};
  };
  explicit OpenerPool(Options options);
  ~OpenerPool();  // calls stop()
  OpenerPool(const OpenerPool&) = delete;
  OpenerPool& operator=(const OpenerPool&) = delete;

  // Opens it when its turn comes. If it waits already, the more urgent of the two requests applies.
  void add(const std::shared_ptr<Openable>& what, Urgency urgency);
  // If it waits for its next attempt, that is made after `delay` at the latest, and as a needed one.
  void hurry(const Openable* what, Milliseconds delay);
  void remove(const Openable* what);
  // Starts nothing more, and waits for attempts in progress; those that hang are left behind, with their threads.
  void stop(Milliseconds limit);

  struct Counts {
    std::size_t threads = 0, attempts = 0, overdue = 0, waiting = 0;
  };
  Counts counts() const;

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;  // outlives this object if an attempt hangs
  std::thread supervisor_;
};

}  // namespace hotspot::io
