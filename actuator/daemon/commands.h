// Ids of entries of a Redis stream, "1732160000123-0", as times and in their order; what a command's result looks like.
#pragma once

#include <string>

#include "actuator/ports/snapshot_source.h"
#include "telemetry/units.h"

namespace hotspot::daemon {

bool is_later_stream_id(const std::string& id, const std::string& than);  // anything is later than ""
WallTime stream_id_time(const std::string& id);
std::string command_result(const ports::Command& command, const std::string& answer);  // JSON: id, verb, ok, message

}  // namespace hotspot::daemon
