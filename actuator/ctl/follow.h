// --wait: looking on until something has come to its end, with lines of progress on standard error.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// "30m"; "forever".
struct Patience {
  std::string text;  // empty: nobody wants to wait
  bool asked() const { return !text.empty(); }
};
// Empty: without an end.
Result<std::optional<Milliseconds>> limit_of(const Patience& patience);

struct Look {
  std::optional<int> code;  // the exit code, once it has come to its end
  std::string line;         // what is seen now; at the end, the last words
};

// Looks twice a second. On a terminal one line is redrawn; elsewhere there is a line whenever it says something new.
// Ctrl-C leaves (kInterrupted), says `goes_on` ("it goes on; …"), and ends nothing else; so does the end of patience
// (kFailed).
int follow(Session& session, const Patience& patience, const std::string& goes_on, const std::function<Look()>& look);

}  // namespace hotspot::ctl
