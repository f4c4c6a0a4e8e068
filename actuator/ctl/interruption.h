// Ctrl-C while something is watched or waited for: it comes only in the pauses between two looks, and ends them.
#pragma once

#include <signal.h>

#include "telemetry/units.h"

namespace hotspot::ctl {

// From its making to its end SIGINT and SIGTERM wait for a pause. One at a time, of the only thread.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // False: it was interrupted, then or before.
  bool pause(Milliseconds length);

 private:
  sigset_t before_{};
  struct sigaction interrupt_ {
  }, terminate_{};
};

}  // namespace hotspot::ctl
