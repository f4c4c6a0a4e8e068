// Handles Ctrl-C while hotspotctl watches or waits: signals arrive only during pauses, and end them.
#pragma once

#include <signal.h>

#include "telemetry/units.h"

namespace hotspot::ctl {

// While this object exists, SIGINT and SIGTERM are held until a pause; so is SIGWINCH, which ends a pause early so that
// the display is redrawn. One object at a time, in the only thread.
class Interruption {
 public:
  enum class Wake { kTime, kInput, kResized, kInterrupted };

  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // False: interrupted, during this pause or before.
  bool pause(Milliseconds length) { return wait(length, -1) != Wake::kInterrupted; }
  // The same, with the reason for waking; also wakes when the descriptor is readable or at its end (-1: none).
  Wake wait(Milliseconds length, int input);

 private:
  sigset_t before_{};
  struct sigaction interrupt_ {
  }, terminate_{}, resize_{};
};

}  // namespace hotspot::ctl
