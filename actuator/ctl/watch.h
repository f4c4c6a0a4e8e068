// --watch: repeats a command that shows something.
#pragma once

#include <functional>
#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

// "5s", "500ms", "2" (seconds). At least a tenth of a second.
Result<Milliseconds> watch_interval(const std::string& text);

// On a terminal each output replaces the previous one; otherwise they follow each other. kTime: prints the time above
// each. Ends with Ctrl-C (kInterrupted), if writing fails (kFailed), or if the command line or the configuration is
// wrong (kUsage). Other errors are printed, and the command is repeated.
enum class Heads { kTime, kNone };
int watch(const std::function<int()>& show, Milliseconds interval, Heads heads);

}  // namespace hotspot::ctl
