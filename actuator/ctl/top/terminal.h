// The terminal while `top` runs: the alternate screen, and each key as it is typed.
#pragma once

#include <termios.h>

#include <string>

#include "actuator/ctl/interruption.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

// Restored by the destructor. One at a time, in the only thread; Ctrl-C and SIGTERM are returned as events.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  struct Event {
    Interruption::Wake wake = Interruption::Wake::kTime;
    std::string keys;  // bytes; for kInput
  };
  Event wait(Milliseconds length);

  // Draws each line in its place and clears the rest. False: writing has failed.
  bool draw(const std::string& lines);

  // Ctrl-Z: restores the terminal and stops until the process is continued.
  void suspend();

 private:
  void begin();
  void end();
  Interruption interruption_;
  termios before_{};
  bool typed_ = false;  // standard input is a terminal
};

}  // namespace hotspot::ctl
