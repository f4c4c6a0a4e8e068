// Ctrl-C while something is watched or waited for: it comes only in the pauses between two looks, and ends them.
#pragma once

#include <signal.h>

#include "telemetry/units.h"

namespace hotspot::ctl {

// From its making to its end SIGINT and SIGTERM wait for a pause, and SIGWINCH, which ends one early: what is shown is
// to be shown anew. One at a time, of the only thread.
class Interruption {
 public:
  enum class Wake { kTime, kInput, kResized, kInterrupted };

  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // False: it was interrupted, then or before.
  bool pause(Milliseconds length) { return wait(length, -1) != Wake::kInterrupted; }
  // The same, and which it was; also until the descriptor can be read or has come to its end (-1: none).
  Wake wait(Milliseconds length, int input);

 private:
  sigset_t before_{};
  struct sigaction interrupt_ {
  }, terminate_{}, resize_{};
};

}  // namespace hotspot::ctl
