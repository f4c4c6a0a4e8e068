// --wait: follows something to its end, with progress on standard error.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// "30m"; "forever".
struct Patience {
  std::string text;  // empty: do not wait
  bool asked() const { return !text.empty(); }
};
// Empty: without a limit.
Result<std::optional<Milliseconds>> limit_of(const Patience& patience);

struct Look {
  std::optional<int> code;  // the exit code, once it has ended
  std::string line;         // the present state; at the end, the result
};

// Checks twice a second. On a terminal one line is redrawn; otherwise a line is printed whenever it changes. Ctrl-C
// stops waiting (kInterrupted), prints `goes_on` ("it goes on; …"), and ends nothing else; so does the end of patience
// (kFailed).
int follow(Session& session, const Patience& patience, const std::string& goes_on, const std::function<Look()>& look);

}  // namespace hotspot::ctl
