// The daemon's log: on standard error, one line an event. Under systemd's journal without times of its own.
#pragma once

#include <string>

#include "actuator/daemon/loop.h"

namespace hotspot::daemon {

void set_up_log(const std::string& level);
void log_line(LogLevel level, const std::string& text);

}  // namespace hotspot::daemon
