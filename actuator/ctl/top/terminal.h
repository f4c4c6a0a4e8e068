// The terminal while `top` has it: the alternate screen, and each key as it is typed.
#pragma once

#include <termios.h>

#include <string>

#include "actuator/ctl/interruption.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

// As it was before, once this ends. One at a time, of the only thread; Ctrl-C and SIGTERM are events, not ends.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  struct Event {
    Interruption::Wake wake = Interruption::Wake::kTime;
    std::string keys;  // bytes; of kInput
  };
  Event wait(Milliseconds length);

  // Each line in its place, and nothing of what was there before. False: it can be written to no more.
  bool draw(const std::string& lines);

  // Ctrl-Z: gives the terminal back and stops, until it is continued.
  void suspend();

 private:
  void begin();
  void end();
  Interruption interruption_;
  termios before_{};
  bool typed_ = false;  // keys come from a terminal
};

}  // namespace hotspot::ctl
