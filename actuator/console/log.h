// The console's log: one line for each event on standard error, with a priority as in sd-daemon(3) under systemd's
// journal. Texts of strangers cannot forge lines, and a slow reader blocks nobody. Thread rule: any thread.
#pragma once

#include <string>

namespace hotspot::console {

enum class Priority { kError = 3, kWarning = 4, kInfo = 6 };
void log_line(Priority priority, const std::string& text);
// Waits until all lines are written, for a second at most.
void end_log();

}  // namespace hotspot::console
