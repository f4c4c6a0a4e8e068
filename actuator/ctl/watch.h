// --watch: a command that shows something, again and again.
#pragma once

#include <functional>
#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

// "5s", "500ms", "2": so many seconds. At least a tenth of one.
Result<Milliseconds> watch_interval(const std::string& text);

// On a terminal each look takes the place of the one before; elsewhere they follow each other. kTime: a line that says
// when, above each. Until Ctrl-C (kInterrupted), until nothing more can be written (kFailed), or until the command line
// or the configuration turns out to be wrong (kUsage). What else goes wrong is said, and tried again.
enum class Heads { kTime, kNone };
int watch(const std::function<int()>& show, Milliseconds interval, Heads heads);

}  // namespace hotspot::ctl
